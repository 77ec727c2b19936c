/** Child processes: run to the end, or hand the terminal over. */
import { spawn } from 'node:child_process'
import { paths } from './paths.mjs'

/** Runs a command and collects what it prints. Never rejects: a command that cannot start has the code 127. */
export const capture = (command, args, options = {}) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd: paths.root, ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => {
        output += text
      })
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })

/** Runs a Node program in this terminal, passes signals on, and ends this process as that one ended. */
export const become = (file, args) => {
  const child = spawn(process.execPath, [file, ...args], { stdio: 'inherit' })
  process.on('SIGINT', () => child.kill('SIGINT'))
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)))
}
