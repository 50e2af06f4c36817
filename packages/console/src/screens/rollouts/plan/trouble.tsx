/** Why a rollout cannot be created as planned. */
import type { RolloutInFull } from '../../../api/operator-api.gen.ts'
import { Told } from '../../../pieces/told/told.tsx'
import { toldWords } from '../../../words/told.ts'

export function Trouble({ of }: { readonly of: NonNullable<RolloutInFull['trouble']> }) {
  return (
    <p class="field-error">
      <Told words={toldWords('rolloutTroubles', of.code, of.facts)} sentence={of.says} />
    </p>
  )
}
