/** New functions: one release that is yours to roll out, and one that fails and stops itself. */
import { SAMPLE_RELEASES } from '../../firmware-samples/samples.ts'
import { BROKEN, DEVICES, FIX, NEXT } from '../devices.ts'
import { allRun, countSelfTestFailures, hasStopped } from '../fleet.ts'
import type { Telling } from '../telling.ts'

/** Nobody is at fault but the release: it stops once every device of the cohort came back from it. */
const STOPS_ITSELF = {
  groups: [
    { name: 'homes', members: { rest: true }, error: { share: 1, minimum: DEVICES.length } },
  ],
}

export async function publishFunctions({ desk, tell }: Telling): Promise<void> {
  await desk.signRelease(NEXT)
  await desk.publishRelease(NEXT)
  tell(`6 ${NEXT} is published, and offered to nobody yet. ${SAMPLE_RELEASES[NEXT].notes}`)
}

export async function rollBack({ api, desk, tell, until }: Telling): Promise<void> {
  tell(`7 ${BROKEN} brings new functions too, but its self-test fails.`)
  await desk.signRelease(BROKEN, '--keep-older')
  await desk.publishRelease(BROKEN)
  await desk.startRollout(BROKEN, { cohort: 'homes', severity: 'none', plan: STOPS_ITSELF })
  await until(
    `all devices to try ${BROKEN} and to return to ${FIX}`,
    async (views) =>
      allRun(FIX, DEVICES)(views) &&
      (await countSelfTestFailures(api, BROKEN)) >= DEVICES.length &&
      (await hasStopped(api, BROKEN)),
  )
  tell(`  All devices tried ${BROKEN}, saw its self-test fail, and rolled back to ${FIX}.`)
  tell('  The rollout stopped itself, and says why.')
}
