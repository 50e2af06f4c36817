/** What this device is, who stands behind it, and until when. */
import { el, linkOr } from './elements.js'
import { atTime, inMonth } from './moments.js'
import { say } from './words.js'

export function about({ live }) {
  const { status, remembered } = live
  const { model, product, device, version, manufacturer, securityContact, supportEndsOn } = status
  const rows = [
    ['about.model', model ?? product],
    ['about.device', device],
    ['about.version', version],
    ['about.manufacturer', manufacturer?.name],
    ['about.contact', linkOr(manufacturer?.contact)],
    ['about.url', linkOr(manufacturer?.url)],
    ['about.securityContact', linkOr(securityContact ?? manufacturer?.securityContact)],
    ['about.support', supportWords(supportEndsOn, status.supportEnded)],
    ['about.integrity', integrityWords(status.integrity)],
    ['about.line', say(`line.${status.line}`)],
    [
      'about.lastContact',
      status.lastServerContact === undefined ? undefined : atTime(status.lastServerContact),
    ],
    ['about.securityCounter', String(status.securityCounter)],
    ['about.agent', status.agent],
  ]
  return [
    el('h1', { id: 'title', tabindex: '-1' }, say('nav.about')),
    el(
      'section.card',
      { id: 'facts' },
      el(
        'dl',
        {},
        ...rows
          .filter(([, value]) => value !== undefined)
          .map(([key, value]) => el('div', {}, el('dt', {}, say(key)), el('dd', {}, value))),
      ),
    ),
    remembered.length === 0
      ? undefined
      : el(
          'section.card',
          { id: 'remembered' },
          el('h2', {}, say('about.remembered')),
          el(
            'ul',
            {},
            ...remembered.map(({ path, version: tried }) =>
              el('li', {}, say('about.rememberedItem', { version: tried ?? path })),
            ),
          ),
        ),
  ]
}

function supportWords(month, ended) {
  if (month === undefined) return say('about.supportUnknown')
  return say(ended === true ? 'about.supportEnded' : 'about.supportUntil', {
    month: inMonth(month),
  })
}

function integrityWords(integrity) {
  const { state = 'unknown', checkedAt } = integrity ?? {}
  const time = checkedAt === undefined ? '' : atTime(checkedAt)
  return say(checkedAt === undefined ? `integrity.${state}` : `integrity.${state}.at`, { time })
}
