/** Everything that can be written in an advisory; what is wrong stands at its field. */
import { to } from '../../../addresses.ts'
import { ChoiceField, TextField } from '../../../pieces/field.tsx'
import { Mistake } from '../../../pieces/told/told.tsx'
import { say, sayWith } from '../../../words/say.tsx'
import { RemarkList } from '../validation/remark-list.tsx'
import type { Remarks } from '../validation/validation.ts'
import { type Draft, listOf, NEW_HOLE } from './content.ts'
import { HoleFields } from './hole-fields.tsx'
import { CreditFields, ReferenceFields } from './list-fields.tsx'
import { ListText } from './list-text.tsx'
import { saidBy } from './said-at.tsx'

export interface AdvisoryFormProps {
  readonly product: string
  readonly draft: Draft
  readonly finding: string | undefined
  readonly mayWrite: boolean
  readonly isDirty: boolean
  readonly isBusy: boolean
  readonly set: (change: Partial<Draft>) => void
  readonly mistakes: ReadonlyMap<string, string>
  /** Of the CSAF validator. */
  readonly remarks: Remarks
  readonly onSave: () => void
}

const LABELS = ['WHITE', 'GREEN', 'AMBER', 'RED'] as const
const TEXTS = ['summary', 'impact', 'action'] as const

export function AdvisoryForm(props: AdvisoryFormProps) {
  const { product, draft, finding, mayWrite, isDirty, isBusy, set, mistakes, remarks } = props
  const { onSave } = props
  const { vulnerabilities } = draft
  const said = saidBy(mistakes, remarks)
  const ofAll = remarks.get('vulnerabilities')
  return (
    <form
      class="stack advisory-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isDirty && !isBusy) onSave()
      }}
    >
      <fieldset class="bare stack" disabled={!mayWrite}>
        <section class="card" aria-label={say('advisories.text')}>
          {finding !== undefined && (
            <p>
              {sayWith('advisories.fromFinding', {
                finding: <a href={to.finding(product, finding)}>{say('advisories.thisFinding')}</a>,
              })}
            </p>
          )}
          <TextField
            label={say('advisories.title')}
            value={draft.title}
            {...said('title')}
            onValue={(title) => set({ title })}
          />
          {TEXTS.map((name) => (
            <TextField
              key={name}
              label={say(`advisories.${name}`)}
              hint={say(`advisories.${name}Hint`)}
              rows={4}
              value={draft[name]}
              {...said(name)}
              onValue={(text) => set({ [name]: text })}
            />
          ))}
          <ChoiceField
            label={say('advisories.tlp')}
            hint={say('advisories.tlpHint')}
            value={draft.tlp}
            choices={LABELS.map((value) => ({ value, label: `TLP:${value}` }))}
            {...said('tlp')}
            onValue={(tlp) => set({ tlp })}
          />
        </section>
        <section class="card" aria-labelledby="holes">
          <h2 id="holes">{say('advisories.vulnerabilities')}</h2>
          {mistakes.has('vulnerabilities') && (
            <p class="field-error">
              <Mistake text={mistakes.get('vulnerabilities') ?? ''} />
            </p>
          )}
          {ofAll !== undefined && <RemarkList messages={ofAll} />}
          {vulnerabilities.map((hole, at) => (
            <HoleFields
              key={at}
              {...{ hole, at, said }}
              onHole={(next) =>
                set({ vulnerabilities: vulnerabilities.map((one, i) => (i === at ? next : one)) })
              }
              onRemove={() => set({ vulnerabilities: vulnerabilities.filter((_, i) => i !== at) })}
            />
          ))}
          <div class="actions">
            <button
              type="button"
              onClick={() => set({ vulnerabilities: [...vulnerabilities, NEW_HOLE] })}
            >
              {say('advisories.addHole')}
            </button>
          </div>
        </section>
        <section class="card" aria-labelledby="more">
          <h2 id="more">{say('advisories.more')}</h2>
          <ReferenceFields
            items={draft.references}
            said={said}
            onItems={(references) => set({ references })}
          />
          <CreditFields items={draft.credits} said={said} onItems={(credits) => set({ credits })} />
          <ListText
            label={say('advisories.reports')}
            hint={say('advisories.reportsHint')}
            value={draft.reports}
            {...said('reports')}
            onValue={(reports) => set({ reports: listOf(reports) })}
          />
        </section>
      </fieldset>
      {mayWrite && (
        <div class={isDirty ? 'actions save-bar unsaved' : 'actions save-bar'}>
          <button type="submit" class="first" disabled={!isDirty || isBusy}>
            {say('pieces.save')}
          </button>
          <span role="status" class="quiet">
            {isDirty ? say('advisories.unsaved') : ''}
          </span>
        </div>
      )}
    </form>
  )
}
