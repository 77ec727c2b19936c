/** Node's own modules for code that bundlers must also be able to build for browsers. */

/** True where tests run in a browser. */
export const isBrowser = 'window' in globalThis

/** Imports `node:NAME`; the specifier is no literal, so that bundlers for browsers leave it alone. */
export const nodeModule = async <Module>(name: string): Promise<Module> => import(['node', name].join(':'))
