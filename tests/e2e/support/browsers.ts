/** Browsers for one test, closed however it ends. */
import { type Browser, type Engine, launchBrowser } from '../../support/e2e.ts'

/** Launches one browser process an engine named, runs the test and closes them. */
export const withBrowsers = async (
  engines: readonly Engine[],
  run: (...browsers: Browser[]) => Promise<void>,
): Promise<void> => {
  const browsers = await Promise.all(engines.map((engine) => launchBrowser(engine)))
  try {
    await run(...browsers)
  } finally {
    await Promise.all(browsers.map((browser) => browser.close().catch(() => {})))
  }
}
