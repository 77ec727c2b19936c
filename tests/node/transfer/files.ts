/** Files for tests, and an import that is waited for. */
import type { JobView } from '../../../src/rpc/views.ts'
import type { TestNode } from '../../support/test-node.ts'

/** An RSS file around items. */
export const rss = (...items: readonly string[]): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>A &amp; B</title><link>https://feed.example/</link>
<image><title>not this</title></image>
${items.join('\n')}
</channel></rss>`

/** One plain RSS item. */
export const item = (n: number, extra = ''): string =>
  `<item><title>Item ${n}</title><guid isPermaLink="false">id-${n}</guid><description>Text ${n}</description>${extra}</item>`

/** Follows a job to its end. */
export const jobDone = async (node: TestNode, job: string): Promise<JobView> => {
  const live = node.live('job', { job })
  const view = await live.until((shown) => shown !== undefined && shown.state !== 'running')
  live.end()
  return view!
}

/** Imports a file and waits for the end. */
export const importFile = async (node: TestNode, content: BlobPart, name = 'file'): Promise<JobView> =>
  jobDone(node, (await node.get('import', { file: new Blob([content]), name })).job)
