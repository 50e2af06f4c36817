/** At the head of the editor: how the CSAF validator judges the document, and what it says that belongs to no field. */
import { to } from '../../../addresses.ts'
import type { AdvisoryInFull, AdvisoryValidation } from '../../../api/operator-api.gen.ts'
import type { Asked } from '../../../live/asked.ts'
import { ProblemNote } from '../../../pieces/told/problem-note.tsx'
import { say } from '../../../words/say.tsx'
import { RemarkList } from './remark-list.tsx'
import type { CsafMessage } from './validation.ts'

export interface ValidationCardProps {
  readonly product: string
  readonly advisory: AdvisoryInFull
  readonly asked: Asked<AdvisoryValidation | undefined>
  /** Those that stand at no field that is shown. */
  readonly rest: readonly CsafMessage[]
  readonly isDirty: boolean
}

export function ValidationCard(props: ValidationCardProps) {
  const { product, advisory, asked, rest, isDirty } = props
  const { value: found, error, isLoading, again } = asked
  const linkOf = (version: number | undefined) => (pointer: string) =>
    to.advisory(product, advisory.id, {
      ...{ view: 'csaf', version: version === undefined ? undefined : String(version) },
      at: pointer,
    })
  return (
    <section class="card" aria-labelledby="validation">
      <h2 id="validation">{say('advisories.validation')}</h2>
      {/* Not as what is loading: the page is there, and the validator may take seconds. */}
      <p role="status">
        {found !== undefined ? resultOf(found) : isLoading ? say('advisories.validating') : ''}
      </p>
      {error !== undefined && <ProblemNote error={error} again={again} />}
      {found !== undefined && (
        <>
          {isDirty && found.version === undefined && (
            <p class="quiet">{say('advisories.validationUnsaved')}</p>
          )}
          {rest.length < found.messages.length && (
            <p class="quiet">
              {say('advisories.atFields', { count: found.messages.length - rest.length })}
            </p>
          )}
          {rest.length > 0 && <RemarkList messages={rest} linkOf={linkOf(found.version)} />}
          <Left found={found} />
        </>
      )}
    </section>
  )
}

function Left({ found: { counts, messages } }: { readonly found: AdvisoryValidation }) {
  const count = counts.error + counts.warning + counts.info - messages.length
  return count > 0 ? <p class="quiet">{say('advisories.csafLeft', { count })}</p> : null
}

function resultOf({ counts, version }: AdvisoryValidation): string {
  const { error, warning, info } = counts
  const said = [
    ...(error > 0 ? [say('advisories.errors', { count: error })] : []),
    ...(warning > 0 ? [say('advisories.warnings', { count: warning })] : []),
    ...(info > 0 ? [say('advisories.infos', { count: info })] : []),
  ].join(', ')
  if (said === '') {
    return version === undefined
      ? say('advisories.validatorNothing')
      : say('advisories.validatorNothingOf', { version })
  }
  return version === undefined
    ? say('advisories.validatorFinds', { found: said })
    : say('advisories.validatorFindsOf', { found: said, version })
}
