/** A certificate that nobody trusts, for localhost and for the name that tests use for another machine. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** Why a test cannot run where {@link selfSigned} gives nothing. */
export const NO_OPENSSL = 'openssl is not installed, so there is no certificate to serve with'

/** Files of a certificate and its key in `folder`; undefined where there is no openssl. */
export const selfSigned = async (folder: string): Promise<{ cert: string; key: string } | undefined> => {
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  try {
    await promisify(execFile)('openssl', [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'],
      ...['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,DNS:kith.test'],
      ...['-keyout', key, '-out', cert],
    ])
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  return { cert, key }
}
