/** Evidence as rows: the file to be taken along, what it is, how it went, who brought it and when. */
import { hrefOf } from '../../../api/call.ts'
import type { Evidence } from '../../../api/operator-api.gen.ts'
import { choiceName } from '../../../forms/names.ts'
import type { Column } from '../../../pieces/tables/data-table.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { actorName } from '../../../words/actor-name.ts'
import { say } from '../../../words/say.tsx'

export function evidenceColumns(product: string): readonly Column<Evidence>[] {
  return [
    {
      ...{ id: 'name', name: say('release.evidenceName') },
      show: ({ name, number }) => (
        <a
          href={hrefOf(`/products/${encodeURIComponent(product)}/evidence/${number}/file`)}
          download={`evidence-${number}`}
        >
          {name}
        </a>
      ),
      text: ({ name }) => name,
    },
    {
      ...{ id: 'kind', name: say('release.evidenceKind') },
      show: ({ kind }) => choiceName('evidence', kind),
      text: ({ kind }) => kind,
    },
    {
      ...{ id: 'outcome', name: say('release.outcome') },
      show: ({ outcome }) => (
        <Tag tone={outcome === 'passed' ? 'good' : 'bad'}>{say(`release.outcome-${outcome}`)}</Tag>
      ),
      text: ({ outcome }) => outcome,
    },
    {
      ...{ id: 'by', name: say('release.broughtBy') },
      show: ({ by }) => actorName(by),
      text: ({ by }) => actorName(by),
    },
    {
      ...{ id: 'at', name: say('release.broughtAt') },
      show: ({ at }) => <Time at={at} />,
      text: ({ at }) => new Date(at * 1000).toISOString(),
    },
    {
      ...{ id: 'sha256', name: 'SHA-256', isExtra: true },
      show: ({ sha256 }) => <code>{sha256}</code>,
      text: ({ sha256 }) => sha256,
    },
  ]
}
