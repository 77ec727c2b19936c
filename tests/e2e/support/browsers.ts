/** Browsers for one test, closed however it ends. */
import { type Browser, type Engine, launchBrowser } from '../../support/e2e.ts'

/** Launches one browser process an engine named, runs the test and closes them. */
export const withBrowsers = async <T>(
  engines: readonly Engine[],
  run: (...browsers: Browser[]) => Promise<T>,
): Promise<T> => {
  const browsers = await Promise.all(engines.map((engine) => launchBrowser(engine)))
  try {
    return await run(...browsers)
  } finally {
    await Promise.all(browsers.map((browser) => browser.close().catch(() => {})))
  }
}
