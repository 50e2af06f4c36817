/** The night in which a component of what is in the field turns out to be exploited, until it is mended. */
import { CVE, takeFeeds } from '../../firmware-samples/manufacturer/feeds.ts'
import { SAMPLE_PRODUCT, SAMPLE_RELEASES } from '../../firmware-samples/samples.ts'
import { COHORTS, DEVICES, FIX, OPTED_OUT, POSTPONING } from '../devices.ts'
import { allRun } from '../fleet.ts'
import { ownerSays } from '../owner.ts'
import { rollOut, signAndPublish } from '../publishing.ts'
import { OF, type Telling } from '../telling.ts'

interface Case {
  readonly id: string
  readonly product: string
  readonly isReportable: boolean
  readonly awareAt?: number
  readonly measureAvailableAt?: number
}

/** A finding, and the case of it: what Article 14 counts from here. */
export async function learnOfExploitation(telling: Telling): Promise<void> {
  const { hand, tell, until } = telling
  tell(`4 KEV names ${CVE}: systeminformation, which 1.4.2 is built with.`)
  await takeFeeds(hand, 'exploited')
  await until(`${CVE} to be found in what was released`, async () => {
    const { findings } = await hand.run('findings', 'list', '--exploited', ...OF)
    return findings.length > 0
  })
  await until('a case to be opened, reportable and aware of', () => bringCaseOn(telling))
  tell('  A case is opened from it: the early warning of Article 14 is due within 24 hours.')
}

/** One step at a time, each after a look: of a command that the server did not answer nobody knows whether it was done. */
async function bringCaseOn(telling: Telling): Promise<boolean> {
  const { hand } = telling
  const opened = await openCase(telling)
  if (opened === undefined) {
    const { suggestions } = await hand.run('cases', 'suggestions', 'list', '--state', 'open')
    await hand.run('cases', 'suggestions', 'take-up', suggestions[0].id)
    return false
  }
  const evidence = 'Listed in KEV'
  const { id, isReportable, awareAt } = opened
  if (!isReportable) await hand.run('cases', 'exploited', id, '--evidence', evidence)
  if (awareAt === undefined) {
    const since = hand.now().toISOString()
    await hand.run('cases', 'aware', id, '--since', since, '--evidence', evidence)
  }
  return true
}

async function openCase({ hand }: Telling): Promise<Case | undefined> {
  const { cases } = await hand.run('cases', 'list')
  const listed = (cases as readonly Case[]).find(({ product }) => product === SAMPLE_PRODUCT)
  return listed && hand.run('cases', 'show', listed.id)
}

/** Two owners have their say before and while the fix comes: their devices keep the hole, and everybody sees why. */
export async function rollTheFixOut(telling: Telling): Promise<void> {
  const { folder, hand, tell, until } = telling
  tell(
    `5 ${FIX} fixes ${SAMPLE_RELEASES[FIX].fixes.join(', ')}: signed offline by two keys, published, rolled out.`,
  )
  await ownerSays(folder, OPTED_OUT, 'opt-out')
  await signAndPublish(telling, FIX)
  for (const cohort of COHORTS) await rollOut(hand, FIX, { cohort, severity: 'critical' })
  await until(`all devices at homes to run ${FIX}`, allRun(FIX, DEVICES))
  tell(`  All devices at homes verified, installed, tested and committed ${FIX}.`)

  await until(`${POSTPONING} to ask its owner`, (views) => {
    const waits = views.find(({ id }) => id === POSTPONING)?.waitingFor ?? ''
    return ['approval', 'deadline', 'postponement'].includes(waits)
  })
  await ownerSays(folder, POSTPONING, 'postpone', '1d')
  await until(`${POSTPONING} to say so`, (views) =>
    views.some(({ id, waitingFor }) => id === POSTPONING && waitingFor === 'postponement'),
  )
  tell(
    `  At the offices, the owner of ${OPTED_OUT} has opted out, and that of ${POSTPONING} says: tomorrow.`,
  )

  await until('the case to name the fix', async () => {
    const opened = await openCase(telling)
    if (opened === undefined || opened.measureAvailableAt !== undefined) return true
    await hand.run(
      ...['cases', 'measure', opened.id, `Version ${FIX} is offered to all devices`],
      ...['--available', hand.now().toISOString()],
    )
    return true
  })
}
