/** `kith feed`: what was posted, newest first. */
import type { FeedPage, PostView } from '../../host/api.ts'
import { current, mistyped, readArgs } from '../ask.ts'
import type { Command, CommandContext } from '../command.ts'

const usage = 'feed [--json] [--person ID] [--limit N]'
const DEFAULT_LIMIT = 20
/** Posts asked of the node at one time. */
const PAGE = 200

export const feed: Command = {
  usage,
  summary: 'show the newest posts',
  async run(context) {
    const typed = readArgs(context, {
      json: { type: 'boolean' },
      person: { type: 'string' },
      limit: { type: 'string', default: String(DEFAULT_LIMIT) },
    })
    const limit = Number(typed?.values.limit)
    if (!typed || typed.positionals.length > 0 || !Number.isInteger(limit) || limit < 1) return mistyped(context, usage)
    const posts = await readPosts(context, typed.values.person, limit)
    if (typed.values.json) context.output.write(JSON.stringify(posts, undefined, 2))
    else for (const shown of posts) context.output.write(inLines(shown))
    return 0
  },
}

async function readPosts(context: CommandContext, person: string | undefined, limit: number): Promise<PostView[]> {
  const posts: PostView[] = []
  let before: string | undefined
  do {
    const page = await readPage(context, person, Math.min(PAGE, limit - posts.length), before)
    posts.push(...page.posts)
    before = page.next
  } while (before !== undefined && posts.length < limit)
  return posts
}

function readPage(
  { client }: CommandContext,
  person: string | undefined,
  limit: number,
  before: string | undefined,
): Promise<FeedPage> {
  const where = { limit, ...(before === undefined ? {} : { before }) }
  return current<FeedPage>((onValue, onError) =>
    person === undefined
      ? client.watch('home', where, onValue, onError)
      : client.watch('person-feed', { ...where, person }, onValue, onError),
  )
}

const inLines = ({ author, time, text, pictures }: PostView): string => {
  const seen = pictures.length === 0 ? '' : `\n[${pictures.length} pictures]`
  return `${author.name || author.fingerprint} · ${new Date(time).toISOString()}\n${text}${seen}\n`
}
