/** Whom: a cohort, and its groups one after the other. */
import { Field } from '../../../pieces/field.tsx'
import { Mistake } from '../../../pieces/told/told.tsx'
import { numberWords, say } from '../../../words/say.tsx'
import { allAtOnce, fittedTo, type GroupDraft, group, newDraft } from './draft.ts'
import { mistakeAt } from './draft-steps.ts'
import { GroupMembers } from './group-members.tsx'
import type { StepProps } from './wizard-step.ts'

export function DevicesStep({ choices, draft, change, mistakes }: StepProps) {
  const { groups, cohort } = draft
  const devicesOf = (name: string) => choices.cohorts.find((it) => it.name === name)?.devices ?? 0
  const chooseCohort = (name: string) => {
    const devices = devicesOf(name)
    const kind = choices.releases.find(({ version }) => version === draft.release)?.kind
    const untouched = JSON.stringify(groups) === JSON.stringify(newDraft(kind).groups)
    change(untouched ? { ...fittedTo({ ...draft, cohort: name }, devices) } : { cohort: name })
  }
  const changeGroup = (index: number, changed: Partial<GroupDraft>) =>
    change({ groups: groups.map((it, at) => (at === index ? { ...it, ...changed } : it)) })
  return (
    <>
      <Field
        label={say('newRollout.cohort')}
        hint={say('newRollout.cohortHint')}
        error={mistakeAt(mistakes, 'cohort')}
      >
        {(ties) => (
          <select
            {...ties}
            required
            value={cohort}
            onChange={({ currentTarget }) => chooseCohort(currentTarget.value)}
          >
            <option value="">{say('newRollout.choose')}</option>
            {choices.cohorts.map(({ name, devices }) => (
              <option key={name} value={name}>
                {name} · {say('newRollout.deviceCount', { count: devices })}
              </option>
            ))}
          </select>
        )}
      </Field>
      <h3>{say('rollouts.groups')}</h3>
      <p class="quiet">{say('newRollout.groupsHint')}</p>
      {mistakes.has('plan.groups') && (
        <p class="field-error">
          <Mistake text={mistakes.get('plan.groups') ?? ''} />
        </p>
      )}
      {groups.map((one, index) => (
        <GroupMembers
          key={index}
          title={say('newRollout.groupNumber', { number: numberWords(index + 1) })}
          group={one}
          onChange={(changed) => changeGroup(index, changed)}
          onRemove={
            groups.length > 1
              ? () => change({ groups: groups.filter((_, at) => at !== index) })
              : undefined
          }
          nameError={mistakeAt(mistakes, `plan.groups.${index}.name`)}
          membersError={
            mistakeAt(mistakes, `plan.groups.${index}.members`) ??
            mistakes.get(`plan.groups.${index}`)
          }
        />
      ))}
      <div class="row">
        <button
          type="button"
          onClick={() =>
            change({
              groups: [
                ...groups.slice(0, -1),
                group(`group-${groups.length}`, 'share', '10'),
                ...groups.slice(-1),
              ],
            })
          }
        >
          {say('newRollout.addGroup')}
        </button>
        <button type="button" onClick={() => change({ groups: allAtOnce(devicesOf(cohort)) })}>
          {say('newRollout.allAtOnce')}
        </button>
      </div>
    </>
  )
}
