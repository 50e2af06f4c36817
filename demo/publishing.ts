/** What is signed goes to the server, and from there to devices. */
import { writeFileDurably } from '@fleetward/platform'
import type { Hand } from '../firmware-samples/manufacturer/hand.ts'
import { SAMPLE_RELEASES, type SampleVersion } from '../firmware-samples/samples.ts'
import type { Cohort } from './devices.ts'
import { OF, type Telling } from './telling.ts'

/** Signed at the desk by both keys, through the gate, published. */
export async function signAndPublish(
  { desk, hand }: Pick<Telling, 'desk' | 'hand'>,
  version: SampleVersion,
  ...more: readonly string[]
): Promise<void> {
  await desk.signRelease(version, ...more)
  await hand.run('release', 'publish', ...OF, '--version', version)
}

export async function rollOut(
  hand: Hand,
  version: SampleVersion,
  { cohort, severity, plan }: { cohort: Cohort; severity: string; plan?: object },
): Promise<void> {
  if (plan !== undefined) await writeFileDurably(hand.at('plan.json'), JSON.stringify(plan))
  await hand.run(
    ...['rollout', 'start', ...OF, '--release', version, '--cohort', cohort],
    ...(plan === undefined ? ['--share', '1'] : ['--plan', hand.at('plan.json')]),
    ...['--apply', 'automatic', '--severity', severity],
    ...['--summary', SAMPLE_RELEASES[version].notes],
  )
}
