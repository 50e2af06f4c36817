/** The browser did not come to the release that the server shows: at which step, why, and what to do now. */
import { useState } from 'preact/hooks'
import { Command } from '../../../pieces/command.tsx'
import { Confirm } from '../../../pieces/dialogs/confirm.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { Checked } from './checked.tsx'
import { RootKeys } from './root-keys.tsx'
import type { StepName, Verdict } from './verdict.ts'

export interface NotVerifiedProps {
  readonly product: string
  /** Undefined: it was not begun, or broke off. */
  readonly step: StepName | undefined
  readonly code: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
  readonly verdict?: Verdict
  readonly again: () => void
}

/** What is left of the trust of before counts for nothing, so a person may begin anew, and knows it. */
const FORGETTABLE = new Set(['ROOT_STRANGE', 'KEPT_UNREADABLE', 'VERSION_DECREASED'])

export function NotVerified(props: NotVerifiedProps) {
  const { product, step, code, facts, verdict, again } = props
  const [isForgetting, setForgetting] = useState(false)
  const forget = async () => {
    const { forgetTrust } = await import('./kept-trust.ts')
    forgetTrust(product)
    again()
  }
  return (
    <section class="problem not-verified" role="alert">
      <h2>{say('verified.no')}</h2>
      {step !== undefined && (
        <p>
          <strong>{say('verified.failedAt', { step: say(`verified.at-${step}`) })}</strong>
        </p>
      )}
      <p>{sayIfKnown('verified', `code-${code}`) ?? say('verified.code-OTHER')}</p>
      <p class="quiet">
        {say('pieces.code', { code })}
        {Object.entries(facts).map(([name, value]) => ` · ${name}: ${value}`)}
      </p>
      {code === 'ROOT_STRANGE' && verdict !== undefined && <RootKeys verdict={verdict} />}
      {step !== undefined && (
        <>
          <p>{say('verified.whatNow')}</p>
          <Command text={`fleetward repository status --product ${product}`} />
        </>
      )}
      {verdict !== undefined && verdict.steps.length > 0 && (
        <Checked steps={verdict.steps} isWhole={false} />
      )}
      <p class="row">
        <button type="button" onClick={again}>
          {say('verified.again')}
        </button>
        {FORGETTABLE.has(code) && (
          <button type="button" onClick={() => setForgetting(true)}>
            {say('verified.forget')}
          </button>
        )}
      </p>
      {isForgetting && (
        <Confirm
          title={say('verified.forgetTitle')}
          act={say('verified.forget')}
          isDangerous
          word={product}
          onConfirm={forget}
          onClose={() => setForgetting(false)}
        >
          <p>{say('verified.forgetText')}</p>
        </Confirm>
      )}
    </section>
  )
}
