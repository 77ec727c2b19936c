/** All of Debian's package `fortunes` as one fortune file. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = '/usr/share/games/fortunes'

const install = (): void => {
  if (existsSync(FOLDER) || process.getuid?.() !== 0) return
  spawnSync('apt-get', ['install', '-y', '-q', '--no-install-recommends', 'fortunes'], { stdio: 'inherit' })
}

/** The text of every file of the package, ready to be imported. Installs the package where it may. */
export const readFortunes = async (): Promise<string> => {
  install()
  if (!existsSync(FOLDER)) throw new Error(`no ${FOLDER}: install the package fortunes`)
  const names = (await readdir(FOLDER)).filter((name) => !/\.(dat|u8)$/.test(name)).sort()
  const texts = await Promise.all(names.map((name) => readFile(join(FOLDER, name), 'utf8')))
  return texts.map((text) => (text.endsWith('%\n') ? text : `${text.trimEnd()}\n%\n`)).join('')
}
