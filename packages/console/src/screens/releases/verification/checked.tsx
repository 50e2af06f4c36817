/** Step by step what was verified, and whose signatures it rests on. */
import { Time } from '../../../pieces/time.tsx'
import { say, sayIfKnown } from '../../../words/say.tsx'
import { KeyId } from '../signatures/key-id.tsx'
import type { Step } from './verdict.ts'

export interface CheckedProps {
  readonly steps: readonly Step[]
  /** Down to the release itself. */
  readonly isWhole: boolean
}

export function Checked({ steps, isWhole }: CheckedProps) {
  return (
    <details>
      <summary>{say('verified.checked')}</summary>
      <ol class="release-checks">
        {steps.map(({ name, role, version, threshold, signers, expires }) => (
          <li key={`${name} ${role}`}>
            <div class="stack">
              <span>
                {sayIfKnown('verified', `step-${name}`, {
                  role,
                  version: String(version),
                  threshold,
                })}{' '}
                {say('verified.until')} <Time at={expires} isExact />
              </span>
              <span>{say('verified.signedBy', { count: signers.length })}</span>
              <ul class="release-keys">
                {signers.map((keyId) => (
                  <li key={keyId}>
                    <KeyId keyId={keyId} />
                  </li>
                ))}
              </ul>
            </div>
          </li>
        ))}
        {isWhole && <li>{say('verified.step-release')}</li>}
      </ol>
    </details>
  )
}
