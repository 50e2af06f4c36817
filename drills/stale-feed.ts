/**
 * A stale feed: nobody fetched it for days, so its silence says nothing, and no release goes out on it. With a fresh one
 * the same release passes.
 */
import assert from 'node:assert/strict'
import { describeProduct } from '../firmware-samples/manufacturer/describe-product.ts'
import { takeFeeds } from '../firmware-samples/manufacturer/feeds.ts'
import { makeProduct, publish, signRelease } from './manufacturer.ts'
import { DAY_MS, OF, type Stage } from './stage.ts'

export async function staleFeed(stage: Stage): Promise<Readonly<Record<string, unknown>>> {
  stage.tell('Monday. Feeds are fetched, and a release passes its gate.')
  await makeProduct(stage)
  await describeProduct(stage)
  await takeFeeds(stage, 'nothing')
  await signRelease(stage, '1.4.2')
  const first = await publish(stage, '1.4.2')
  assert.equal(first.exitCode, 0, first.text)

  stage.tell('The job that fetches them dies, and nobody notices for four days.')
  const fetchedAt = stage.nowSeconds()
  await stage.pass(4 * DAY_MS)
  assert.equal((await stage.ask('feeds', 'list')).exitCode, 1)
  await signRelease(stage, '1.4.3')

  stage.tell('The next release: the gate is closed, and says by what and what to do.')
  const refused = await publish(stage, '1.4.3')
  assert.equal(refused.exitCode, 1)
  assert.equal(refused.code, 'GATE_CLOSED', refused.text)
  assert.match(refused.text, /osv-npm .*import a newer one/)
  assert.match(refused.text, /kev .*import a newer one/)
  const refusedAt = stage.nowSeconds()

  stage.tell('The feeds are fetched: the same release, signed by the same keys, goes out.')
  await takeFeeds(stage, 'exploited')
  const passed = await publish(stage, '1.4.3')
  assert.equal(passed.exitCode, 0, passed.text)
  await stage.run('gate', 'history', '1.4.3', ...OF)
  return {
    feedAgeAtRefusalSeconds: refusedAt - fetchedAt,
    refusalToPublishedSeconds: stage.nowSeconds() - refusedAt,
  }
}
