/** The sheet of a stage: what is copied into ENISA's portal, field by field, with what is missing in it. */
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call, hrefOf } from '../../../api/call.ts'
import type { CaseInFull, CaseSheet } from '../../../api/operator-api.gen.ts'
import { choiceName } from '../../../forms/names.ts'
import { useAsked } from '../../../live/asked.ts'
import { Loaded } from '../../../pieces/screen/loaded.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { nextSteps, STAGES } from '../acts/next-steps.ts'
import { FillForm } from './fill-form.tsx'
import { SheetRows } from './sheet-rows.tsx'

export interface SheetPartProps {
  readonly of: CaseInFull
  readonly etag: string
  readonly mayRecord: boolean
  readonly again: () => void
}

export function SheetPart({ of, etag, mayRecord, again }: SheetPartProps) {
  const { query, route } = useLocation()
  const due = nextSteps(of).find(({ stage }) => stage !== undefined)?.stage
  const stage = STAGES.find((one) => one === query.sheet) ?? due ?? 'earlyWarning'
  const { id, revision } = of
  const isFilling = mayRecord && query.fill === 'yes'
  const asked = useAsked(
    async (signal) =>
      (await call('GET /cases/{id}/sheet', { path: { id }, query: { stage }, signal })).value,
    [id, revision, stage],
  )
  return (
    <section class="card" aria-labelledby="sheet">
      <h2 id="sheet">{say('cases.sheet')}</h2>
      <p class="quiet">{say('cases.sheetAbout')}</p>
      <nav class="parts" aria-label={say('cases.sheet')}>
        {STAGES.map((one) => (
          <a
            key={one}
            href={to.case(id, { sheet: one })}
            aria-current={one === stage ? 'true' : undefined}
          >
            {say(`cases.stage_${one}`)}
          </a>
        ))}
      </nav>
      <div class="row">
        <a
          class="button"
          href={hrefOf(`/cases/${encodeURIComponent(id)}/sheet`, { stage, format: 'html' })}
          target="_blank"
          rel="noreferrer"
        >
          {say('cases.print')}
        </a>
        {mayRecord && !isFilling && (
          <a class="button" href={to.case(id, { sheet: stage, fill: 'yes' })}>
            {say('cases.fill')}
          </a>
        )}
        {mayRecord && of.closedAt === undefined && (
          <a class="button" href={to.case(id, { act: 'submitted', stage })}>
            {say('cases.act_submitted')}
          </a>
        )}
      </div>
      {isFilling && (
        <FillForm
          {...{ of, etag }}
          onDone={() => {
            again()
            route(to.case(id, { sheet: stage }))
          }}
        />
      )}
      <Loaded asked={asked}>
        {(sheet) => (
          <>
            <Recipient of={sheet} />
            <Troubles of={sheet} />
            <SheetRows of={sheet} />
          </>
        )}
      </Loaded>
    </section>
  )
}

function Recipient({ of }: { readonly of: CaseSheet }) {
  const { state, csirtOf, question, rule } = of.recipient
  const words =
    state === 'known'
      ? say('cases.toCoordinator', { country: choiceName('country', csirtOf ?? '') })
      : state === 'open'
        ? say('cases.toOpen', {
            question: sayIfKnown('field', question ?? '') ?? question ?? '',
          })
        : say('cases.toNobody')
  return (
    <p>
      {words} {rule !== undefined && <span class="quiet">({rule})</span>}
    </p>
  )
}

function Troubles({ of }: { readonly of: CaseSheet }) {
  const { missing, overLong, invalid, expectedByLaw, canBeSubmitted } = of
  const lists = [
    [say('cases.missing'), missing],
    [say('cases.overLong'), overLong],
    [say('cases.invalid'), invalid],
    [say('cases.expectedByLaw'), expectedByLaw],
  ] as const
  return (
    <div class={canBeSubmitted ? 'sheet-state' : 'sheet-state is-open'}>
      <p>
        <strong>{canBeSubmitted ? say('cases.sheetWhole') : say('cases.sheetOpen')}</strong>
      </p>
      <ul>
        {lists.map(
          ([name, numbers]) =>
            numbers.length > 0 && (
              <li key={name}>
                {name}:{' '}
                {numbers.map((number) => (
                  <span key={number}>
                    <a href={`#field-${number}`}>{number}</a>{' '}
                  </span>
                ))}
              </li>
            ),
        )}
      </ul>
    </div>
  )
}
