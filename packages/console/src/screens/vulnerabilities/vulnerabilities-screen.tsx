/** Every finding of a product, the exploited first; decided one after the other without a mouse. */
import { useRef, useState } from 'preact/hooks'
import { useLocation, useRoute } from 'preact-iso'
import { to } from '../../addresses.ts'
import { call } from '../../api/call.ts'
import { may } from '../../live/me.ts'
import { usePages } from '../../live/pages.ts'
import { Empty } from '../../pieces/screen/empty.tsx'
import { Screen } from '../../pieces/screen/screen.tsx'
import { PagedTable } from '../../pieces/tables/paged-table.tsx'
import { say } from '../../words/say.tsx'
import { DecideDialog } from './decision/decide-dialog.tsx'
import { STATUSES, type Status } from './finding-words.ts'
import { findingColumns } from './triage/finding-columns.tsx'
import { KeysDialog } from './triage/keys-dialog.tsx'
import { TriageFilter } from './triage/triage-filter.tsx'
import { useTriageKeys } from './triage/triage-keys.ts'
import {
  askedOf,
  isWanted,
  type TriageQuery,
  triageQueryOf,
  wordsOf,
} from './triage/triage-query.ts'
import './vulnerabilities.css'

const PAGE_COUNT = 100

interface Deciding {
  readonly finding: string
  readonly status: Status
}

export function VulnerabilitiesScreen() {
  const { product = '' } = useRoute().params
  const { query: words, route } = useLocation()
  const query = triageQueryOf(words)
  const list = useRef<HTMLDivElement>(null)
  const [deciding, setDeciding] = useState<Deciding>()
  const [isHelpOpen, setHelpOpen] = useState(false)
  const findings = usePages(
    (after, signal) =>
      call('GET /products/{product}/findings', {
        ...{ path: { product }, query: { ...askedOf(query), limit: PAGE_COUNT, after }, signal },
      }),
    ['findings', product, query],
    { events: ['finding.*', 'feed.*', 'release.*'] },
  )
  const rows = findings.value?.filter((finding) => isWanted(query, finding))
  const mayDecide = may('finding.decide', product)

  const go = (step: number) => {
    const links = [...(list.current?.querySelectorAll<HTMLElement>('a[data-finding]') ?? [])]
    const at = links.indexOf(document.activeElement as HTMLElement)
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), links.length - 1)
    links[next]?.focus()
  }
  const decide = (status: Status) => {
    const here = document.activeElement
    const finding = here instanceof HTMLElement ? here.dataset.finding : undefined
    if (finding !== undefined && mayDecide) setDeciding({ finding, status })
  }
  useTriageKeys({
    j: () => go(1),
    k: () => go(-1),
    '?': () => setHelpOpen(true),
    ...Object.fromEntries(
      STATUSES.map((status, index) => [String(index + 1), () => decide(status)]),
    ),
  })

  const set = (change: Partial<TriageQuery>) =>
    route(to.vulnerabilities(product, wordsOf({ ...query, ...change })), true)

  return (
    <Screen
      title={say('screens.vulnerabilities')}
      about={say('vulnerabilities.about')}
      actions={
        <button type="button" onClick={() => setHelpOpen(true)}>
          {say('vulnerabilities.keys')} <kbd>?</kbd>
        </button>
      }
    >
      <TriageFilter query={query} set={set} />
      <div ref={list} class="triage">
        <PagedTable
          id="findings"
          caption={say('screens.vulnerabilities')}
          columns={findingColumns(product)}
          asked={findings}
          rows={rows}
          keyOf={({ id }) => id}
          empty={
            <Empty
              title={say(`vulnerabilities.none-${query.state}`)}
              command={`fleetward findings list --product ${product}`}
            >
              <p>{say('vulnerabilities.noneNext')}</p>
            </Empty>
          }
        />
      </div>
      {deciding !== undefined && (
        <DecideDialog
          product={product}
          {...deciding}
          onClose={() => setDeciding(undefined)}
          onDecided={findings.again}
        />
      )}
      {isHelpOpen && <KeysDialog onClose={() => setHelpOpen(false)} />}
    </Screen>
  )
}
