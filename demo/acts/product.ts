/** The product: its keys and its repository, and what is written of it before anything is sold. */
import { describeProduct } from '../../firmware-samples/manufacturer/describe-product.ts'
import { takeFeeds } from '../../firmware-samples/manufacturer/feeds.ts'
import { SAMPLE_PRODUCT } from '../../firmware-samples/samples.ts'
import { FACTORY } from '../devices.ts'
import type { Telling } from '../telling.ts'

/** Left for whoever looks after the product: the page of its gaps is not to be empty. */
const UNWRITTEN = ['design', 'production', 'testReports'] as const

export async function makeRepository({ desk, tell }: Telling): Promise<void> {
  tell('2 The manufacturer makes offline keys: root needs 2 of 3, releases need 2 of 2.')
  await desk.makeKeys()
  await desk.initRepository()
  await desk.publishRepository()
  tell('  Root, targets and both release roles are signed; the server verified them.')
}

export async function describe({ hand, tell }: Telling): Promise<void> {
  await describeProduct(hand, { without: UNWRITTEN })
  await hand.run('products', 'information', 'publish', SAMPLE_PRODUCT)
  await hand.run('products', 'requirements', 'accept', SAMPLE_PRODUCT, 'I.2.c')
  await hand.run(
    ...['products', 'requirements', 'answer', SAMPLE_PRODUCT, 'I.2.j', '--set', 'applies=true'],
    ...['--set', 'how=One port, which serves readings and takes nothing.'],
  )
  tell('  Facts, support period, risks and information for users are written; some gaps are left.')
}

/** The gate is enforced, so what is known of vulnerabilities has to be here before the first release. */
export async function publishFactoryRelease({ desk, hand, tell }: Telling): Promise<void> {
  await takeFeeds(hand, 'nothing')
  await desk.signRelease(FACTORY)
  await desk.publishRelease(FACTORY)
  tell(`  The feeds of the day know nothing about ${FACTORY}: it passes its gate (docs/gate.md).`)
}
