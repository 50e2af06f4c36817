import { type Kysely, type Selectable, sql } from 'kysely'
import {
  type Finding,
  type FindingRelease,
  type MatchedRelease,
  RATINGS,
} from '../../../findings/finding.ts'
import type { FindingQuery, FindingStore, Sighting } from '../../../findings/finding-store.ts'
import type { Tables } from '../database.ts'

const IDS_AT_ONCE = 5_000
/** One statement is as long again and again, and prepared once, below what is kept of them. */
const ROWS_AT_ONCE = 100

export class SqlFindingStore implements FindingStore {
  readonly #database: Kysely<Tables>

  constructor(database: Kysely<Tables>) {
    this.#database = database
  }

  async find(product: string, id: string): Promise<Finding | undefined> {
    const row = await this.#of(product).where('id', '=', id).executeTakeFirst()
    return row && findingOf(row)
  }

  async list(query: FindingQuery): Promise<readonly Finding[]> {
    const { product, ratings, isExploited, release, vulnerability, withEnded, limit } = query
    const after = query.after === undefined ? undefined : await this.find(product, query.after)
    if (query.after !== undefined && after === undefined) return []
    const rows = await this.#of(product)
      .$if(!withEnded, (of) => of.where('ended_at', 'is', null))
      .$if(ratings !== undefined, (of) => of.where('rating', 'in', [...(ratings ?? [])]))
      .$if(isExploited !== undefined, (of) => of.where('is_exploited', '=', isExploited ? 1 : 0))
      .$if(vulnerability !== undefined, (of) =>
        of.where(sql<boolean>`names LIKE ${likeName(vulnerability ?? '')} ESCAPE '!'`),
      )
      .$if(release !== undefined, (of) =>
        of.where('id', 'in', (where) =>
          where
            .selectFrom('finding_releases')
            .select('finding')
            .where('finding_releases.product', '=', product)
            .where('finding_releases.version', '=', release ?? '')
            .where('finding_releases.ended_at', 'is', null),
        ),
      )
      .$if(after !== undefined, (of) =>
        of.where(sql<boolean>`${URGENCY} > ${after === undefined ? '' : urgencyOf(after)}`),
      )
      .orderBy(URGENCY)
      .limit(limit)
      .execute()
    return rows.map(findingOf)
  }

  async releases(finding: string): Promise<readonly FindingRelease[]> {
    return (await this.releasesOf([finding])).get(finding) ?? []
  }

  async releasesOf(
    findings: readonly string[],
  ): Promise<ReadonlyMap<string, readonly FindingRelease[]>> {
    const found = new Map<string, FindingRelease[]>()
    for (const some of slices(findings)) {
      const rows = await this.#database
        .selectFrom('finding_releases')
        .selectAll()
        .where('finding', 'in', some)
        .orderBy('version')
        .orderBy('ref')
        .execute()
      for (const row of rows) {
        const of = found.get(row.finding) ?? []
        of.push(releaseOf(row))
        found.set(row.finding, of)
      }
    }
    return found
  }

  async ofComponents(product: string, components: readonly string[]): Promise<readonly Finding[]> {
    const found: Finding[] = []
    for (const some of slices(components)) {
      const rows = await this.#of(product).where('component', 'in', some).execute()
      found.push(...rows.map(findingOf))
    }
    return found
  }

  async save(findings: readonly Finding[]): Promise<void> {
    for (const some of slices(findings, ROWS_AT_ONCE)) {
      await this.#database
        .insertInto('findings')
        .values(some.map(rowOf))
        .onConflict((conflict) =>
          conflict.column('id').doUpdateSet((row) => ({
            component_name: row.ref('excluded.component_name'),
            name: row.ref('excluded.name'),
            names: row.ref('excluded.names'),
            upstream: row.ref('excluded.upstream'),
            summary: row.ref('excluded.summary'),
            rating: row.ref('excluded.rating'),
            score: row.ref('excluded.score'),
            vector: row.ref('excluded.vector'),
            is_exploited: row.ref('excluded.is_exploited'),
            exploited_at: row.ref('excluded.exploited_at'),
            epss: row.ref('excluded.epss'),
            epss_percentile: row.ref('excluded.epss_percentile'),
            last_seen_at: row.ref('excluded.last_seen_at'),
            ended_at: row.ref('excluded.ended_at'),
          })),
        )
        .execute()
    }
  }

  async seen(sightings: readonly Sighting[]): Promise<void> {
    const rows = sightings.map((sighting) => ({
      ...{ finding: sighting.finding, product: sighting.product, version: sighting.version },
      ...{ ref: sighting.ref, component_version: sighting.componentVersion ?? null },
      ...{ purl: sighting.purl ?? null, why: JSON.stringify(sighting.why) },
      ...{ generation: sighting.generation, first_seen_at: sighting.at },
      ...{ last_seen_at: sighting.at, ended_at: null },
    }))
    for (const some of slices(rows, ROWS_AT_ONCE)) {
      await this.#database
        .insertInto('finding_releases')
        .values(some)
        .onConflict((conflict) =>
          conflict.columns(['finding', 'version', 'ref']).doUpdateSet((row) => ({
            component_version: row.ref('excluded.component_version'),
            purl: row.ref('excluded.purl'),
            why: row.ref('excluded.why'),
            generation: row.ref('excluded.generation'),
            last_seen_at: row.ref('excluded.last_seen_at'),
            ended_at: null,
          })),
        )
        .execute()
    }
  }

  async endUnseen(
    { product, version }: { readonly product: string; readonly version: string },
    generation: number | undefined,
    at: number,
  ): Promise<readonly string[]> {
    const rows = await this.#database
      .updateTable('finding_releases')
      .set({ ended_at: at })
      .where('product', '=', product)
      .where('version', '=', version)
      .where('ended_at', 'is', null)
      .$if(generation !== undefined, (query) => query.where('generation', '!=', generation ?? 0))
      .returning('finding')
      .execute()
    return [...new Set(rows.map(({ finding }) => finding))]
  }

  async endWithoutReleases(findings: readonly string[], at: number): Promise<void> {
    for (const some of slices(findings)) {
      await this.#database
        .updateTable('findings')
        .set({ ended_at: at })
        .where('id', 'in', some)
        .where('ended_at', 'is', null)
        .where((where) =>
          where.not(
            where.exists(
              where
                .selectFrom('finding_releases')
                .select('finding')
                .whereRef('finding_releases.finding', '=', 'findings.id')
                .where('finding_releases.ended_at', 'is', null),
            ),
          ),
        )
        .execute()
    }
  }

  async matched(product: string, version: string): Promise<MatchedRelease | undefined> {
    const row = await this.#database
      .selectFrom('release_matches')
      .selectAll()
      .where('product', '=', product)
      .where('version', '=', version)
      .executeTakeFirst()
    if (row === undefined) return undefined
    const { sbom, generation, at } = row
    const coverage = JSON.parse(row.coverage) as MatchedRelease['coverage']
    return { version, sbom, generation, at, coverage }
  }

  async saveMatched(product: string, matched: MatchedRelease): Promise<void> {
    const { version, sbom, generation, at, coverage } = matched
    const values = { sbom, generation, at, coverage: JSON.stringify(coverage) }
    await this.#database
      .insertInto('release_matches')
      .values({ product, version, ...values })
      .onConflict((conflict) => conflict.columns(['product', 'version']).doUpdateSet(values))
      .execute()
  }

  async forgetMatched(product: string, version: string): Promise<void> {
    await this.#database
      .deleteFrom('release_matches')
      .where('product', '=', product)
      .where('version', '=', version)
      .execute()
  }

  #of(product: string) {
    return this.#database.selectFrom('findings').selectAll().where('product', '=', product)
  }
}

/** What is exploited comes first, then the worst; the same as {@link urgencyOf}. */
const URGENCY = sql<string>`(CASE is_exploited WHEN 1 THEN '0' ELSE '1' END
  || CASE rating WHEN 'critical' THEN '0' WHEN 'high' THEN '1' WHEN 'medium' THEN '2'
    WHEN 'low' THEN '3' WHEN 'none' THEN '4' ELSE '5' END
  || id)`

function urgencyOf({ isExploited, rating, id }: Finding): string {
  return `${isExploited ? 0 : 1}${RATINGS.indexOf(rating)}${id}`
}

/** In a JSON list of ids. */
function likeName(name: string): string {
  return `%"${name.replace(/[!%_]/g, '!$&')}"%`
}

function* slices<Item>(items: readonly Item[], atOnce = IDS_AT_ONCE): Generator<Item[]> {
  for (let from = 0; from < items.length; from += atOnce) {
    yield items.slice(from, from + atOnce)
  }
}

function releaseOf(row: Selectable<Tables['finding_releases']>): FindingRelease {
  return {
    ...{ version: row.version, ref: row.ref, purl: row.purl ?? undefined },
    componentVersion: row.component_version ?? undefined,
    why: JSON.parse(row.why) as FindingRelease['why'],
    ...{ firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at },
    endedAt: row.ended_at ?? undefined,
  }
}

function findingOf(row: Selectable<Tables['findings']>): Finding {
  const { id, product, component, name, summary, rating } = row
  return {
    ...{ id, product, component, componentName: row.component_name, name, summary, rating },
    names: JSON.parse(row.names) as string[],
    upstream: JSON.parse(row.upstream) as string[],
    ...{ score: row.score ?? undefined, vector: row.vector ?? undefined },
    ...{ isExploited: row.is_exploited === 1, exploitedAt: row.exploited_at ?? undefined },
    ...{ epss: row.epss ?? undefined, epssPercentile: row.epss_percentile ?? undefined },
    ...{ firstSeenAt: row.first_seen_at, lastSeenAt: row.last_seen_at },
    endedAt: row.ended_at ?? undefined,
  }
}

function rowOf(finding: Finding) {
  const { id, product, component, name, names, upstream, summary, rating } = finding
  return {
    ...{ id, product, component, component_name: finding.componentName, name, summary, rating },
    ...{ names: JSON.stringify(names), upstream: JSON.stringify(upstream) },
    ...{ score: finding.score ?? null, vector: finding.vector ?? null },
    ...{ is_exploited: finding.isExploited ? 1 : 0, exploited_at: finding.exploitedAt ?? null },
    ...{ epss: finding.epss ?? null, epss_percentile: finding.epssPercentile ?? null },
    ...{ first_seen_at: finding.firstSeenAt, last_seen_at: finding.lastSeenAt },
    ended_at: finding.endedAt ?? null,
  }
}
