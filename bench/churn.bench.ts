/**
 * How much is left after 90 days of people coming and going: the real placement and repair over a simulated network
 * (docs/placement.md). `npm run bench -- churn` simulates 10,000 devices and 100,000 blocks, with `--quick` a tenth.
 */

import type { Interval } from './churn/intervals.ts'
import { FULL, QUICK, scenariosAt } from './churn/scenarios.ts'
import { type Outcome, simulate } from './churn/simulate.ts'
import { type Measurement, report } from './support/report.ts'

const scale = process.argv.includes('--quick') ? QUICK : FULL

const percent = (share: number, digits: number): string => (100 * share).toFixed(digits)

const withRange = ({ value, low, high }: Interval, digits: number): string =>
  `${percent(value, digits)} (${percent(low, digits)}–${percent(high, digits)})`

const toLine = (name: string, outcome: Outcome, cpuSeconds: number): string =>
  [
    name,
    `${outcome.lost} of ${outcome.items.toLocaleString('en')}`,
    withRange(outcome.durability, 3),
    withRange(outcome.readableNow, 1),
    withRange(outcome.readableInADay, 2),
    `${Math.round(outcome.repairBytesPerDeviceDay / 1024)} KiB`,
    percent(outcome.readShare, 0),
    outcome.busiestHour.toFixed(0),
    outcome.storedOverWanted.toFixed(2),
    `${cpuSeconds.toFixed(0)} s`,
  ].join(' | ')

const toMeasurements = (name: string, outcome: Outcome): Measurement[] => [
  measurement(`${name}: durable after 90 days`, outcome.durability),
  measurement(`${name}: readable at once`, outcome.readableNow),
  measurement(`${name}: readable within a day`, outcome.readableInADay),
  {
    name: `${name}: repair`,
    value: outcome.repairBytesPerDeviceDay / 1024,
    unit: 'KiB/device/day',
    note: `${outcome.repairs} repairs, ${outcome.failures} in vain`,
  },
]

const measurement = (name: string, { value, low, high }: Interval): Measurement => ({
  name,
  value: 100 * value,
  unit: '%',
  note: `95 %: ${percent(low, 4)} to ${percent(high, 4)}`,
})

const cpuSeconds = (): number => process.cpuUsage().user / 1e6

console.log(`${scale.devices.toLocaleString('en')} devices, ${scale.items.toLocaleString('en')} blocks, 90 days`)
console.log(
  '| | lost | durable, % | readable at once, % | within a day, % | repair a device a day | of it read, % | repairs in the busiest hour a 1,000 devices | stored of wanted | processor |',
)
console.log(`|${' --- |'.repeat(10)}`)
const started = performance.now()
const measurements = scenariosAt(scale).flatMap(({ name, scenario }) => {
  const before = cpuSeconds()
  const outcome = simulate(scenario)
  console.log(`| ${toLine(name, outcome, cpuSeconds() - before)} |`)
  return toMeasurements(name, outcome)
})
report('churn', 'Durability and availability under churn', [
  ...measurements,
  { name: 'time', value: (performance.now() - started) / 1000, unit: 's', limit: 600 },
  { name: 'processor time', value: cpuSeconds(), unit: 's', limit: 600 },
])
