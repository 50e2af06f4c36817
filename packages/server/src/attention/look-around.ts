/**
 * Asks every source that the caller may hear, and puts what they found into one order.
 *
 * A source that fails must not blank the others: whoever is on watch would see nothing of a fleet that breaks, because a
 * feed has a strange date. It is named in the answer, so that nobody takes its silence for good news, and logged. Only
 * when the database is away, or nothing at all could be looked at, there is no answer: an empty one would say that all is
 * well.
 */
import type { Logger } from 'pino'
import { EVERYWHERE } from '../accounts/rights.ts'
import { DatabaseAwayError } from '../adapters/sql/watched-dialect.ts'
import { type Matter, URGENCIES } from './matter.ts'
import type { Looking, Source } from './source.ts'

/** Of more of a kind only the number is told: its own screen has them all. */
export const MATTERS_OF_KIND_MAX_COUNT = 20

export interface Attention {
  /** Seconds since 1970. */
  readonly asOf: number
  /** The most urgent first. */
  readonly matters: readonly Matter[]
  /** How many of a kind are left out. */
  readonly more: readonly { readonly kind: string; readonly count: number }[]
  /** Kinds that were looked for, whether there is one or not. */
  readonly lookedAt: readonly string[]
  /** Kinds that are not the caller's to know. */
  readonly notPermitted: readonly string[]
  /** Kinds that could not be looked for now. */
  readonly failed: readonly string[]
}

type Asked = Omit<Looking, 'products' | 'permitted'>
type Seen =
  | { readonly state: 'lookedAt'; readonly matters: readonly Matter[] }
  | { readonly state: 'notPermitted' }
  | { readonly state: 'failed'; readonly error: unknown }

export async function lookAround(
  sources: readonly Source[],
  asked: Asked,
  log: Pick<Logger, 'error'>,
): Promise<Attention> {
  const all = (await asked.stores.products.all()).map(({ id }) => id)
  const seen: (Seen & { readonly kinds: readonly string[] })[] = []
  // One after the other: a page that many keep open takes one connection to the database each, and not a dozen.
  for (const source of sources) {
    seen.push({ ...(await look(source, asked, all)), kinds: source.kinds })
  }
  const failures = seen.filter((one) => one.state === 'failed')
  for (const { error, kinds } of failures) {
    log.error({ err: error, kinds }, 'could not look for what needs attention')
  }
  if (failures.length > 0 && seen.every(({ state }) => state !== 'lookedAt')) {
    throw failures[0]?.error
  }
  const kindsThat = (state: Seen['state']) =>
    seen.flatMap((one) => (one.state === state ? one.kinds : []))
  const found = seen.flatMap((one) => (one.state === 'lookedAt' ? one.matters : []))
  return {
    asOf: asked.now,
    ...inOrder(found),
    lookedAt: kindsThat('lookedAt'),
    notPermitted: kindsThat('notPermitted'),
    failed: kindsThat('failed'),
  }
}

async function look(source: Source, asked: Asked, all: readonly string[]): Promise<Seen> {
  const permitted = permittedTo(source, asked.caller)
  if (permitted === undefined) return { state: 'notPermitted' }
  const products = permitted === EVERYWHERE ? all : all.filter((id) => permitted.includes(id))
  try {
    return { state: 'lookedAt', matters: await source.find({ ...asked, products, permitted }) }
  } catch (error) {
    if (error instanceof DatabaseAwayError) throw error
    return { state: 'failed', error }
  }
}

/** Undefined: the source is not asked. */
function permittedTo(
  { needs, reach }: Source,
  caller: Looking['caller'],
): Looking['permitted'] | undefined {
  const permitted = caller.productsWith(needs)
  if (permitted === EVERYWHERE) return permitted
  return reach === 'ofServer' || permitted.length === 0 ? undefined : permitted
}

/** By urgency, and of the same in the order of the sources and of what each of them found. */
function inOrder(found: readonly Matter[]): Pick<Attention, 'matters' | 'more'> {
  const sorted = found.toSorted(
    (one, other) => URGENCIES.indexOf(one.severity) - URGENCIES.indexOf(other.severity),
  )
  const counts = new Map<string, number>()
  const matters = sorted.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1
    counts.set(kind, count)
    return count <= MATTERS_OF_KIND_MAX_COUNT
  })
  const more = [...counts].flatMap(([kind, count]) =>
    count > MATTERS_OF_KIND_MAX_COUNT ? [{ kind, count: count - MATTERS_OF_KIND_MAX_COUNT }] : [],
  )
  return { matters, more }
}
