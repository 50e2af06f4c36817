/** Records of a case what happened. Each kind of act has the fields that the API has for it. */
import { useRef } from 'preact/hooks'
import { useLocation } from 'preact-iso'
import { to } from '../../../addresses.ts'
import { call } from '../../../api/call.ts'
import type { CaseAct, CaseInFull } from '../../../api/operator-api.gen.ts'
import { EditForm } from '../../../forms/edit-form.tsx'
import type { FormField } from '../../../forms/form-field.ts'
import { FORMS } from '../../../forms/forms.gen.ts'
import { ChoiceField } from '../../../pieces/field.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { timeWords } from '../../../words/time.ts'
import { type Act, nextSteps, type Stage } from './next-steps.ts'

const TYPE = FORMS.CaseAct.find(({ path }) => path === 'type') as FormField
/** Values of the sheet are written with the sheet, not here. */
const ACTS = (TYPE.options ?? []).filter((act) => act !== 'fieldsSet') as readonly Act[]

export interface ActFormProps {
  readonly one: CaseInFull
  readonly etag: string
  readonly act: Act
  readonly stage: Stage | undefined
  readonly onDone: () => void
}

export function ActForm({ one, etag, act, stage, onDone }: ActFormProps) {
  const { query, route } = useLocation()
  const newest = useRef<CaseInFull>(one)
  const isOfKind = (other: Act) =>
    other !== (one.kind === 'incident' ? 'exploitedMarked' : 'severeMarked') &&
    (one.kind === 'incident' || other !== 'severityAnswered')
  const fields = fieldsFor(act, one.isDrill)
  const path = { id: one.id }
  const value = { type: act, ...startOf(one, act, stage), ...questionOf(query.question) }
  return (
    <>
      <ChoiceField
        label={say('cases.whatHappened')}
        value={act}
        choices={ACTS.filter(isOfKind).map((other) => ({
          value: other,
          label: say(`cases.act_${other}`),
        }))}
        onValue={(other) => route(to.case(one.id, { act: other, stage }), true)}
      />
      <EditForm
        key={act}
        id={`case-${one.id}-${act}`}
        fields={fields}
        value={value}
        etag={etag}
        act={say(`cases.act_${act}`)}
        onCancel={() => route(to.case(one.id))}
        save={async (body, ifMatch) => {
          await call('POST /cases/{id}/events', { path, body: body as CaseAct, ifMatch })
        }}
        reload={async () => {
          const now = await call('GET /cases/{id}', { path })
          newest.current = now.value
          return { value, etag: now.etag }
        }}
        conflict={(mine) => [
          {
            name: say('cases.recordedMeanwhile'),
            mine: [say(`cases.act_${act}`), mine.text ?? mine.evidence ?? mine.reason]
              .filter(Boolean)
              .join('\n'),
            theirs: eventsSince(one, newest.current),
          },
        ]}
        onSaved={onDone}
      >
        {sayIfKnown('cases', `hint_${act}`) !== undefined && (
          <p class="quiet">{sayIfKnown('cases', `hint_${act}`)}</p>
        )}
      </EditForm>
    </>
  )
}

/** Only a drill has a time of its own. */
function fieldsFor(act: Act, isDrill: boolean): readonly FormField[] {
  const own = FORMS.CaseAct.filter((field: FormField) => {
    const { path, when = [] } = field
    if (path.startsWith('values/') || path === 'type') return false
    return when.every((one) => one.path !== 'type' || one.is.includes(act))
  }).map((field: FormField) => ({
    ...field,
    when: field.when?.filter(({ path }) => path !== 'type'),
  })) as readonly FormField[]
  const isAt = ({ path }: FormField) => path === 'at'
  return [...own.filter((field) => !isAt(field)), ...(isDrill ? own.filter(isAt) : [])]
}

function startOf(one: CaseInFull, act: Act, stage: Stage | undefined): object {
  if (act === 'submitted') {
    const due = nextSteps(one).find((step) => step.act === 'submitted')?.stage
    return { stage: stage ?? due }
  }
  if (act === 'scopeSet') {
    const { cves, versions, fixedVersion } = one
    return { cves, versions, fixedVersion }
  }
  return {}
}

const questionOf = (question: string | undefined) => (question === undefined ? {} : { question })

function eventsSince(seen: CaseInFull, now: CaseInFull): string {
  return now.events
    .slice(seen.events.length)
    .map(
      ({ type, name, at }) =>
        `${sayIfKnown('cases', `did_${type}`) ?? type} · ${name} · ${timeWords(at)}`,
    )
    .join('\n')
}
