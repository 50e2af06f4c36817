/**
 * The tree as it stands, read and rendered once for every revision of what it is made of: strangers may ask as often as
 * they like. Whether there is a newer one is asked of the database for each of them, once for those who come together, for
 * another server may have published.
 */
import { createHash } from 'node:crypto'
import { SharedReads } from '../public-pages/shared-reads.ts'
import { filesOf, type PublicTree, readTree, type TreeFile, type TreeNeeds } from './public-tree.ts'

/** Of what was rendered; beyond that what nobody asked for longest is made again. */
export const RENDERED_MAX_BYTES = 32 * 1024 ** 2

export interface RenderedFile {
  readonly type: string
  readonly body: Buffer
  readonly etag: string
}

export interface KeptTreeNeeds {
  readonly database: TreeNeeds['database']
  readonly keys: TreeNeeds['keys']
  /** Origin of the public listener, where the settings name none. */
  readonly base: () => string
}

export class KeptTree {
  readonly #needs: KeptTreeNeeds
  readonly #revisions = new SharedReads<string>()
  #revision = ''
  #kept: Promise<StandingTree | undefined> | undefined

  constructor(needs: KeptTreeNeeds) {
    this.#needs = needs
  }

  /** Undefined until somebody has said who publishes. */
  async now(): Promise<StandingTree | undefined> {
    const revision = await this.#revisions.read('', () => this.#revisionNow())
    if (this.#kept !== undefined && this.#revision === revision) return this.#kept
    const { database, keys, base } = this.#needs
    const kept = readTree({ database, keys, publicBase: base() }).then(
      (tree) => tree && new StandingTree(tree),
    )
    this.#revision = revision
    this.#kept = kept
    kept.catch(() => {
      if (this.#kept === kept) this.#kept = undefined
    })
    return kept
  }

  /** Read before the tree is: what is kept is never older than its revision. */
  async #revisionNow(): Promise<string> {
    const { database, keys, base } = this.#needs
    const settings = await database.disclosure.settings()
    const publication = await database.advisories.lastPublication()
    // The names of products are in what is published of them.
    const names = await database.records.countRevisions('information')
    const ring = (await keys.publicKeys(database)).map(({ id }) => id)
    return JSON.stringify([base(), settings?.revision, publication, names, ring])
  }
}

/** Nothing in it changes. */
export class StandingTree {
  readonly tree: PublicTree
  /** Small ones, by path. */
  readonly files: ReadonlyMap<string, () => TreeFile>
  readonly #maxBytes: number
  /** In order of last use. */
  readonly #rendered = new Map<string, RenderedFile>()
  #bytes = 0

  constructor(tree: PublicTree, maxBytes = RENDERED_MAX_BYTES) {
    this.tree = tree
    this.files = tree.documents.length === 0 ? new Map() : filesOf(tree)
    this.#maxBytes = maxBytes
  }

  /** `name`: of all that decides what it becomes, beside the tree. */
  rendered(name: string, make: () => TreeFile): RenderedFile {
    const known = this.#rendered.get(name)
    if (known !== undefined) {
      this.#rendered.delete(name)
      this.#rendered.set(name, known)
      return known
    }
    const file = renderedFile(make())
    this.#rendered.set(name, file)
    this.#bytes += file.body.length
    for (const [other, { body }] of this.#rendered) {
      if (this.#bytes <= this.#maxBytes) break
      this.#rendered.delete(other)
      this.#bytes -= body.length
    }
    return file
  }
}

export function renderedFile({ type, text }: TreeFile): RenderedFile {
  const body = Buffer.from(text)
  return { type, body, etag: `"${createHash('sha256').update(body).digest('hex')}"` }
}
