import { after, test } from 'node:test'
import { Desk, PRODUCT } from '../../packages/server/test/support/desk.ts'
import { aRelease, importSilent, withParts } from '../../packages/server/test/support/gated.ts'
import { gatewaySbom } from '../../packages/server/test/support/gateway-sbom.ts'
import { TestServer } from '../../packages/server/test/support/test-server.ts'
import { openBrowser } from '../page/browser.ts'
import { Visit } from './support/visit.ts'
const browser = await openBrowser()
after(() => browser.close())
test('shots', async (t) => {
  const server = await TestServer.start(t, {}, { at: new Date() })
  const { desk } = await server.product()
  const sbom = withParts(gatewaySbom('1.4.3').text, { name: '<img src=x onerror=alert(1)>', version: '1.0.0' }, { name: 'a'.repeat(300), version: '2' })
  await server.publish(desk, 1, [aRelease('1.4.2'), aRelease('1.4.3', { sbom }), aRelease('1.10.0', {combinedReason: 'cannot be separated'})])
  const f = (v: string) => aRelease(v, { kind: 'functionality' })
  await server.publish(desk, 1, [f('1.4.0'), f('1.5.0')])
  for (const [release, share] of [['1.4.3', 0.25], ['1.4.2', 1]] as const) await server.of('POST', '/rollouts', { release, cohort: share === 1 ? 'everyone' : 'pilots', share })
  await server.of('POST', '/releases/1.5.0/entitlement', { entitlement: 'plus' })
  await server.of('POST', '/releases/1.4.3/gate', {})
  await server.upload('functionality', desk.roleMetadata('functionality', 2, [f('1.4.0'), f('1.5.0'), f('1.6.0')]))
  await server.of('POST', '/releases/1.4.2/withdraw')
  await importSilent(server)
  await server.tick()
  await server.keepBooks()
  const P = `/products/${PRODUCT}/releases`
  for (const [w, look, locale] of [[380, 'dark', 'de-DE'], [1280, 'light', 'de-DE'], [1280,'dark','en-GB'], [2560, 'light', 'en-GB']] as const) {
    const visit = await Visit.open(browser, server, { look: { colorScheme: look, locale, viewport: { width: w, height: 900 } } })
    for (const [name, path] of [['list', P], ['one', `${P}/1.4.3`]] as const) {
      await visit.at(path)
      await visit.page.waitForTimeout(4000)
      for (const s of await visit.page.locator('details:not(.menu) > summary').all()) if (name === 'one' && w === 1280 && look==='light') await s.click().catch(() => {})
      console.log(w, name, await visit.page.evaluate(`[...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.table-scroll, pre')).map(e => e.tagName + '.' + e.className + ' ' + e.getBoundingClientRect().right).slice(0,8)`))
      await visit.page.screenshot({ path: `/tmp/cr-shots/${name}-${w}-${look}.png`, fullPage: true })
    }
    await visit.close().catch((e) => console.log(String(e)))
  }
  void Desk
})
