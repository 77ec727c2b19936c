/** `npm start`: one host in this process. */
import { runHost } from './api.ts'

await runHost(process.argv.slice(2))
