/**
 * A person says what a finding means in some of its releases. Each decision is a statement of its own: the latest one
 * about a release counts, and those before stay as evidence.
 */
import { makeStatement, type Statement, type Verdict, VexError } from '@fleetward/vulnerability'
import type { Actor } from '../accounts/actor.ts'
import { HttpError } from '../http/problem.ts'
import type { Stores } from '../stores.ts'
import { componentPurl, releasePurl } from './answers.ts'
import type { Finding } from './finding.ts'

export interface Decided {
  readonly verdict: Verdict
  readonly note: string | undefined
  /** Versions; undefined: all that it is in now. */
  readonly releases: readonly string[] | undefined
}

const ALIASES_MAX_COUNT = 100

export function decisionsOn(finding: Finding, statements: readonly Statement[]): number {
  return statements.filter(({ id, by }) => by.kind === 'person' && id.startsWith(`${finding.id}.`))
    .length
}

export async function decideFinding(
  { findings, statements, audit }: Stores,
  finding: Finding,
  { verdict, note, releases: wanted }: Decided,
  by: {
    readonly actor: Actor
    readonly at: number
    readonly revision: number
    readonly requestId: string
  },
): Promise<Statement> {
  const { id, product, name, names } = finding
  const { actor, at, revision, requestId } = by
  const seen = await findings.releases(id)
  const open = seen.filter(({ endedAt }) => endedAt === undefined).map(({ version }) => version)
  const versions = wanted ?? [...new Set(open)]
  const foreign = versions.find((version) => !seen.some((one) => one.version === version))
  if (versions.length === 0 || foreign !== undefined) {
    const message = `The finding is not in ${foreign ?? 'any release now: name the releases'}`
    throw new HttpError(422, 'STATEMENT_INVALID', message)
  }
  const statement = made({
    ...{ id: `${id}.${revision + 1}`, revision: 1, vulnerability: name, at, note, verdict },
    aliases: names.filter((one) => one !== name).slice(0, ALIASES_MAX_COUNT),
    products: versions.map((version) => releasePurl(product, version)),
    components: [componentPurl(finding)],
    by: { kind: 'person', name: actor.name },
  })
  if (!(await statements.add(product, statement))) {
    throw new HttpError(409, 'CHANGED_MEANWHILE', 'Somebody decided meanwhile; look again')
  }
  await audit.append({
    ...{ at, actor, action: 'finding.decided', product, subject: `finding/${id}` },
    ...{ outcome: 'done', requestId },
    after: { vulnerability: name, status: verdict.status, releases: versions.join(' ') },
  })
  return statement
}

function made(draft: Statement): Statement {
  try {
    return makeStatement(draft)
  } catch (error) {
    if (!(error instanceof VexError)) throw error
    throw new HttpError(422, 'STATEMENT_INVALID', error.problems.join('; '), { cause: error })
  }
}
