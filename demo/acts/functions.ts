/** New functions: one release that is yours to roll out, and one that fails and stops itself. */
import { SAMPLE_RELEASES } from '../../firmware-samples/samples.ts'
import { BROKEN, DEVICES, FIX, NEXT } from '../devices.ts'
import { allRun, countSelfTestFailures, hasStopped } from '../fleet.ts'
import { rollOut, signAndPublish } from '../publishing.ts'
import type { Telling } from '../telling.ts'

/** Nobody is at fault but the release: it stops once every device of the cohort came back from it. */
const STOPS_ITSELF = {
  groups: [
    { name: 'homes', members: { rest: true }, error: { share: 1, minimum: DEVICES.length } },
  ],
}

export async function publishFunctions(telling: Telling): Promise<void> {
  await signAndPublish(telling, NEXT)
  telling.tell(`6 ${NEXT} is published, and offered to nobody yet. ${SAMPLE_RELEASES[NEXT].notes}`)
}

export async function rollBack(telling: Telling): Promise<void> {
  const { api, hand, tell, until } = telling
  tell(`7 ${BROKEN} brings new functions too, but its self-test fails.`)
  await signAndPublish(telling, BROKEN, '--keep-older')
  await rollOut(hand, BROKEN, { cohort: 'homes', severity: 'none', plan: STOPS_ITSELF })
  await until(
    `all devices to try ${BROKEN} and to return to ${FIX}`,
    async (views) =>
      allRun(FIX, DEVICES)(views) &&
      (await countSelfTestFailures(api, BROKEN)) >= DEVICES.length &&
      (await hasStopped(api, BROKEN)),
  )
  tell(`  All devices at homes tried ${BROKEN}, saw its self-test fail, and rolled back to ${FIX}.`)
  tell('  The rollout stopped itself, and says why.')
}
