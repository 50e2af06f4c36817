/** Two people decide one finding: what the other said beside what is about to be said. */
import type { FindingInFull } from '../../../api/operator-api.gen.ts'
import { Conflict } from '../../../pieces/dialogs/conflict.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { dayWords } from '../../../words/time.ts'
import { statusWords } from '../answer-tags.tsx'
import { type DecisionDraft, decisionOf, factsOf, latestOf, versionsOf } from './decision.ts'

export interface DecideConflictProps {
  readonly mine: DecisionDraft
  readonly theirs: FindingInFull
  readonly onKeepMine: () => void
  readonly onTakeTheirs: () => void
  readonly onClose: () => void
}

export function DecideConflict({ mine, theirs, ...act }: DecideConflictProps) {
  const said = latestOf(theirs.statements)
  const decision = decisionOf(mine)
  const [ours, others] = [factWords(decision), factWords(said?.verdict ?? {})]
  const rows = [
    {
      name: say('vulnerabilities.status'),
      mine: statusWords(decision.status),
      theirs: statusWords(said === undefined ? undefined : String(said.verdict.status)),
    },
    ...[...new Set([...ours.keys(), ...others.keys()])].map((name) => ({
      name,
      mine: ours.get(name) ?? '',
      theirs: others.get(name) ?? '',
    })),
    { name: say('vulnerabilities.note'), mine: mine.note, theirs: said?.note ?? '' },
    {
      name: say('vulnerabilities.ofReleases'),
      mine: mine.releases.join(', '),
      theirs: said === undefined ? '' : versionsOf(said).join(', '),
    },
    { name: say('vulnerabilities.by'), mine: '', theirs: String(said?.by.name ?? '') },
  ]
  return <Conflict fields={rows.filter((row) => row.mine !== row.theirs)} {...act} />
}

/** By the name of each fact, what a verdict says. */
export function factWords(verdict: Readonly<Record<string, unknown>>): ReadonlyMap<string, string> {
  return new Map(
    factsOf(verdict).map(([name, value]) => [
      say(`vulnerabilities.${name}`),
      typeof value === 'number'
        ? dayWords(value - 1)
        : name === 'justification'
          ? justificationWords(value)
          : value,
    ]),
  )
}

function justificationWords(code: string): string {
  return sayIfKnown('vulnerabilities', `because-${code}`) ?? code
}
