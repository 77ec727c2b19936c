/** Which logs are kept on this node at all: one's own, public ones of people followed, and what was agreed to be kept. */
import { LOG_LEDGER, logKind } from '../../core/logs/log-id.ts'
import { type KeepingPorts, keepsPrivate } from '../keeping/keepers.ts'
import type { Leases } from '../leasing/standing.ts'
import type { Persons } from '../person/persons.ts'
import { LOG_FEED, type Refusal } from './log-service.ts'

/** What is asked to tell whether a log is kept. */
export interface AdmissionPorts extends KeepingPorts {
  readonly persons: Pick<Persons, 'get' | 'relation'>
  readonly leases: Leases
}

/** Why a log of a person is not kept here; undefined when it is. */
export const refusalOf = (
  ports: AdmissionPorts,
  person: string,
  device: Uint8Array,
  log: number,
): Refusal | undefined => {
  const relation = ports.persons.relation(person)
  if (relation === 'blocked') return { type: 'blocked' }
  return isKeptFor(ports, person, log) || ports.leases.logRoom(person, device, log) > 0
    ? undefined
    : { type: 'not-wanted' }
}

/** Whether a log is kept whatever was leased. */
export const isKeptFor = (ports: AdmissionPorts, person: string, log: number): boolean => {
  const kind = logKind(log)
  if (kind === undefined) return false
  if (kind === LOG_FEED) return ports.persons.relation(person) !== 'none'
  if (kind === LOG_LEDGER && ports.leases.keepsLedger(person)) return true
  return keepsPrivate(ports, person)
}

/** Whether nothing at all is kept of a person. */
export const isUnwanted = ({ persons, leases }: AdmissionPorts, person: string): Refusal | undefined => {
  const relation = persons.relation(person)
  if (relation === 'blocked') return { type: 'blocked' }
  return relation === 'none' && !leases.keepsLedger(person) ? { type: 'not-wanted' } : undefined
}
