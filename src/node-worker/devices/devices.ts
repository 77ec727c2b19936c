/** What is done with devices and epochs, as one chunk that is loaded with the first of it. */
export { adoptEpoch } from './adopt-epoch.ts'
export { removeDevice } from './remove-device.ts'
