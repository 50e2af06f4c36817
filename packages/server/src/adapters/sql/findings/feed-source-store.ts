import type { Kysely, Selectable } from 'kysely'
import type { FeedSource, Signer, Trouble } from '../../../feeds/sources/feed-source.ts'
import type { FeedSourceStore } from '../../../feeds/sources/feed-source-store.ts'
import type { Tables } from '../database.ts'

export class SqlFeedSourceStore implements FeedSourceStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async list(): Promise<readonly FeedSource[]> {
    const query = this.#database.selectFrom('feed_sources').selectAll().orderBy('feed')
    return (await query.execute()).map(sourceOf)
  }

  async find(feed: string): Promise<FeedSource | undefined> {
    const query = this.#database.selectFrom('feed_sources').selectAll().where('feed', '=', feed)
    const row = await query.executeTakeFirst()
    return row && sourceOf(row)
  }

  async save(source: FeedSource): Promise<void> {
    const { feed, ...values } = rowOf(source)
    await this.#database
      .insertInto('feed_sources')
      .values({ feed, ...values })
      .onConflict((conflict) => conflict.column('feed').doUpdateSet(values))
      .execute()
  }

  async note(source: FeedSource): Promise<void> {
    const { etag, last_modified, generation, ...values } = rowOf(source)
    const { tried_at, next_at, outcome, trouble, trouble_told, failure_count } = values
    await this.#database
      .updateTable('feed_sources')
      .set({ etag, last_modified, generation, tried_at, next_at, outcome })
      .set({ trouble, trouble_told, failure_count })
      .where('feed', '=', source.feed)
      .where('place', '=', source.place)
      .where('kind', '=', source.kind)
      .where('set_at', '=', source.setAt)
      .execute()
  }

  async remove(feed: string): Promise<boolean> {
    const { numDeletedRows } = await this.#database
      .deleteFrom('feed_sources')
      .where('feed', '=', feed)
      .executeTakeFirst()
    return numDeletedRows > 0n
  }
}

function rowOf(source: FeedSource) {
  const { feed, kind, place, control, trouble } = source
  return {
    ...{ feed, kind, place, every_seconds: source.everySeconds },
    control_component: control?.component ?? null,
    control_vulnerability: control?.vulnerability ?? null,
    ...{ digest_beside: source.hasDigestBeside ? 1 : 0, etag: source.etag ?? null },
    ...{ last_modified: source.lastModified ?? null, generation: source.generation ?? null },
    set_at: source.setAt,
    ...{ tried_at: source.triedAt ?? null, next_at: source.nextAt },
    ...{ outcome: source.outcome ?? null, trouble: trouble?.sentence ?? null },
    trouble_told: trouble?.told === undefined ? null : JSON.stringify(trouble.told),
    failure_count: source.failureCount,
    signer: source.signer === undefined ? null : JSON.stringify(source.signer),
  }
}

function sourceOf(row: Selectable<Tables['feed_sources']>): FeedSource {
  const { feed, kind, place, control_component, control_vulnerability } = row
  return {
    ...{ feed, kind, place, everySeconds: row.every_seconds },
    control:
      control_vulnerability === null
        ? undefined
        : { component: control_component ?? undefined, vulnerability: control_vulnerability },
    ...{ hasDigestBeside: row.digest_beside === 1, etag: row.etag ?? undefined },
    ...{ lastModified: row.last_modified ?? undefined, setAt: row.set_at },
    generation: row.generation ?? undefined,
    ...{ triedAt: row.tried_at ?? undefined, nextAt: row.next_at },
    outcome: row.outcome ?? undefined,
    trouble: row.trouble === null ? undefined : troubleOf(row.trouble, row.trouble_told),
    failureCount: row.failure_count,
    signer: row.signer === null ? undefined : (JSON.parse(row.signer) as Signer),
  }
}

function troubleOf(sentence: string, told: string | null): Trouble {
  return { sentence, ...(told !== null && { told: JSON.parse(told) as Trouble['told'] }) }
}
