/** What is left for a person: a finding to decide, a report to answer, an advisory to publish. */
import { CVE, LATER_CVE, takeFeeds } from '../../firmware-samples/manufacturer/feeds.ts'
import { SAMPLE_PRODUCT } from '../../firmware-samples/samples.ts'
import { Stranger } from '../../packages/server/test/support/stranger.ts'
import { OF, type Telling } from '../telling.ts'

const REPORT = {
  title: 'Readings can be seen by everybody in the network',
  text: 'GET /readings answers without asking who I am. I found it with a browser in my own network.',
  affected: 'Lumen Gateway G1',
  version: '1.4.3',
} as const

interface Finding {
  readonly id: string
  readonly vulnerability: string
}

/** Once there are releases: what Fleetward says it does towards a requirement goes by them. */
export async function answerRequirements({ hand, tell }: Telling): Promise<void> {
  await hand.run('products', 'requirements', 'accept', SAMPLE_PRODUCT, 'I.2.c')
  await hand.run(
    ...['products', 'requirements', 'answer', SAMPLE_PRODUCT, 'I.2.j', '--set', 'applies=true'],
    ...['--set', 'how=One port, which serves readings and takes nothing.'],
    ...['--set', 'evidence.tests=["firmware-samples/build.test.ts"]'],
  )
  tell('  Two of the 22 requirements of Annex I are answered.')
}

export async function leaveToDo(telling: Telling): Promise<void> {
  const { hand, tell, until } = telling
  await takeFeeds(hand, 'both')
  let findings: readonly Finding[] = []
  await until(`${LATER_CVE} to be found in what was released`, async () => {
    findings = (await hand.run('findings', 'list', ...OF)).findings
    return findings.some(({ vulnerability }) => vulnerability === LATER_CVE)
  })
  tell(
    `8 Years later ${LATER_CVE} is known of the same component: a finding that somebody has to decide.`,
  )

  await until('a report from outside to come in', async () => {
    const { reports } = await hand.run('disclosure', 'inbox')
    if (reports.length > 0) return true
    await new Stranger(telling.ports.public).post('/security/report', REPORT)
    return false
  })
  tell('  Somebody outside reports a vulnerability by the public form.')

  await until('an advisory to be drafted', async () => {
    const { advisories } = await hand.run('advisories', 'list', ...OF)
    if (advisories.length > 0) return true
    const exploited = findings.find(({ vulnerability }) => vulnerability === CVE)
    await hand.run(
      ...['advisories', 'draft', ...OF, '--finding', exploited?.id ?? ''],
      ...['--title', 'Command injection in Lumen Gateway G1'],
      ...['--summary', 'Whoever reaches the local API can run commands on the gateway.'],
      ...['--action', 'Install 1.4.3. Gateways that update by themselves have it.'],
    )
    return false
  })
  tell(`  An advisory about ${CVE} is drafted; a person publishes it.`)
}
