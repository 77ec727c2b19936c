/** The least that a page with storage can be: one Dexie table, one row, one field that is enabled once it is there. */
import Dexie from 'dexie'

const db = new Dexie('bare')
db.version(1).stores({ rows: '' })
await db.table('rows').put({ name: 'bare' }, ['row'] as never)
const field = document.querySelector('input')!
field.disabled = false
