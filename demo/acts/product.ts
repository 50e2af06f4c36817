/** The product: its keys and its repository, and what is written of it before anything is sold. */
import { writeFileDurably } from '@fleetward/platform'
import { describeProduct } from '../../firmware-samples/manufacturer/describe-product.ts'
import { takeFeeds } from '../../firmware-samples/manufacturer/feeds.ts'
import { SAMPLE_PRODUCT } from '../../firmware-samples/samples.ts'
import { FACTORY } from '../devices.ts'
import { signAndPublish } from '../publishing.ts'
import { OF, type Telling } from '../telling.ts'

/** Left for whoever looks after the product: the page of its gaps is not to be empty. */
const UNWRITTEN = ['design', 'production', 'testReports'] as const

export async function makeRepository({ desk, folder, hand, tell }: Telling): Promise<void> {
  tell('2 The manufacturer makes offline keys: root needs 2 of 3, releases need 2 of 2.')
  await desk.makeKeys()
  await hand.run('products', 'create', SAMPLE_PRODUCT)
  const serverKeys = await hand.run('products', 'show', SAMPLE_PRODUCT)
  await writeFileDurably(folder.serverKeys, JSON.stringify(serverKeys))
  await desk.initRepository()
  await hand.run('repository', 'publish', ...OF)
  tell('  Root, targets and both release roles are signed; the server verified them.')
}

export async function describe({ hand, tell }: Telling): Promise<void> {
  await describeProduct(hand, { without: UNWRITTEN })
  await hand.run('products', 'information', 'publish', SAMPLE_PRODUCT)
  tell('  Facts, support period, risks and information for users are written; some gaps are left.')
}

/** The gate is enforced, so what is known of vulnerabilities has to be here before the first release. */
export async function publishFactoryRelease(telling: Telling): Promise<void> {
  await takeFeeds(telling.hand, 'nothing')
  await signAndPublish(telling, FACTORY)
  telling.tell(
    `  The feeds of the day know nothing about ${FACTORY}: it passes its gate (docs/gate.md).`,
  )
}
