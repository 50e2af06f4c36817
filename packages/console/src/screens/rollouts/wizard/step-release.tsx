/** Which release; a fix begins with other values than new functions. */
import { Field } from '../../../pieces/field.tsx'
import { Tag } from '../../../pieces/tag.tsx'
import { Time } from '../../../pieces/time.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { newDraft } from './draft.ts'
import { mistakeAt } from './draft-steps.ts'
import type { StepProps } from './wizard-step.ts'

export function ReleaseStep({ choices, draft, change, mistakes }: StepProps) {
  const offered = choices.releases.filter((it) => it.withdrawnAt === undefined && it.listed)
  const chosen = choices.releases.find(({ version }) => version === draft.release)
  const choose = (version: string) => {
    const next = choices.releases.find((it) => it.version === version)
    const isOtherKind = (next?.kind === 'functionality') !== (chosen?.kind === 'functionality')
    // What fits a fix does not fit new functions; what was typed for the same kind stays.
    if (chosen === undefined || isOtherKind) {
      change({ ...newDraft(next?.kind, version), cohort: draft.cohort })
    } else change({ release: version })
  }
  return (
    <>
      <Field
        label={say('screens.release')}
        hint={say('newRollout.releaseHint')}
        error={mistakeAt(mistakes, 'release')}
      >
        {(ties) => (
          <select
            {...ties}
            required
            value={draft.release}
            onChange={({ currentTarget }) => choose(currentTarget.value)}
          >
            <option value="">{say('newRollout.choose')}</option>
            {offered.map(({ version, kind }) => (
              <option key={version} value={version}>
                {version} · {sayIfKnown('releaseKinds', kind) ?? kind}
              </option>
            ))}
          </select>
        )}
      </Field>
      {chosen !== undefined && (
        <section class="card">
          <div class="row">
            <strong>{chosen.version}</strong>
            <Tag tone={chosen.kind === 'functionality' ? 'quiet' : 'waits'}>
              {sayIfKnown('releaseKinds', chosen.kind) ?? chosen.kind}
            </Tag>
            <span class="quiet">
              <Time at={chosen.publishedAt} />
            </span>
          </div>
          <p class="written">{chosen.notes}</p>
          {chosen.fixes.length > 0 && (
            <p>{say('newRollout.fixes', { names: chosen.fixes.join(', ') })}</p>
          )}
          <p class="quiet">
            {say(
              chosen.kind === 'functionality'
                ? 'newRollout.functionDefaults'
                : 'newRollout.fixDefaults',
            )}
          </p>
        </section>
      )}
    </>
  )
}
