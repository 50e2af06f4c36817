/** The owner's page of a Fleetward device: its views, and which of them is shown. */
import { about } from './about.js'
import { ActivityPages, activity } from './activity.js'
import { call, leave, NOT_PAIRED, read, store } from './api.js'
import { data } from './data.js'
import { announce, el, hush, morph } from './elements.js'
import { headlineOf } from './headline.js'
import { Live } from './live.js'
import { inMonth } from './moments.js'
import { overview } from './overview.js'
import { pairing } from './pairing.js'
import { settings } from './settings.js'
import {
  currentLanguage,
  LANGUAGES,
  loadWords,
  say,
  sayError,
  setZone,
  switchLanguage,
} from './words.js'

/** By how many months are left. */
const SUPPORT_WORDS = {
  12: 'support.in12',
  6: 'support.in6',
  1: 'support.in1',
  0: 'support.ended',
}

const VIEWS = { overview, settings, activity, data, about }
const content = document.getElementById('content')
const top = document.getElementById('top')

/** @type {Live | undefined} */
let live
let pages = new ActivityPages()
let isAway = false

await loadWords()
addEventListener('hashchange', () => show())
addEventListener('keydown', ({ key }) => key === 'Escape' && hush())
document.getElementById('said').onclick = hush
await enter()

/** In with the session there is, or to the door. */
async function enter() {
  try {
    const { timeZone } = await call('GET', '/session')
    setZone(timeZone)
    await open()
  } catch (error) {
    if (error.code === NOT_PAIRED) showDoor()
    else showAway(error)
  }
}

async function open() {
  live?.stop()
  live = new Live({ onChange: cameBack, onError: wentWrong })
  pages = new ActivityPages()
  await live.start()
  show()
}

function cameBack() {
  if (isAway) announce(say('page.back'))
  isAway = false
  draw()
}

function wentWrong(error) {
  if (error.code === NOT_PAIRED) {
    showDoor()
    announce(say('page.sessionEnded'))
    return
  }
  if (!isAway) announce(say('page.away'), { problem: true })
  isAway = true
  draw()
}

function showDoor() {
  live?.stop()
  live = undefined
  document.title = say('page.title')
  draw(pairing({ onPaired: enter }))
  document.getElementById('code')?.focus()
}

/** The device does not answer; it may be restarting after an update. */
function showAway(error) {
  draw(
    el(
      'section.card',
      { id: 'away' },
      el('h1', { id: 'title', tabindex: '-1' }, say('page.away')),
      el('p', {}, sayError(error)),
      el('button.primary', { type: 'button', onclick: enter }, say('page.tryAgain')),
    ),
  )
}

function currentView() {
  const name = location.hash.slice(1)
  return Object.hasOwn(VIEWS, name) ? name : 'overview'
}

/** A view of its own: from its top, with the reader at its heading. */
function show() {
  if (live === undefined) return
  hush()
  content.replaceChildren()
  draw()
  scrollTo(0, 0)
  document.getElementById('title')?.focus({ preventScroll: true })
  if (currentView() === 'activity') pages.load().then(draw, wentWrong)
}

function draw(only) {
  const wanted = only === undefined || !(only instanceof Node) ? views() : [only]
  const next = content.cloneNode(false)
  next.append(...wanted.flat(2).filter((part) => part !== undefined))
  const section = content.contains(document.activeElement)
    ? document.activeElement.closest('main > [id]')?.id
    : undefined
  morph(content, next)
  // What was pressed may be gone: its answer stands in the same place.
  if (section !== undefined && document.activeElement === document.body) {
    const place = document.getElementById(section)?.querySelector('button, input, a')
    const next = place ?? document.getElementById('title')
    next?.focus()
  }
  const header = top.cloneNode(false)
  header.append(...headerParts())
  morph(top, header)
  document.getElementById('skip').textContent = say('page.skip')
}

function views() {
  if (live === undefined) return []
  document.title = say('page.titleOf', {
    view: say(`nav.${currentView()}`),
    device: live.status.device,
  })
  return [supportNotice(), awayNotice(), ...VIEWS[currentView()]({ live, pages, redraw: draw })]
}

function awayNotice() {
  return isAway ? el('p.banner', { id: 'away-notice' }, say('page.away')) : undefined
}

/** Can be put away until the next step; the state remains on the first view and under About. */
function supportNotice() {
  const { supportNotice: months, supportEndsOn } = live.status
  const step = `${supportEndsOn} ${months}`
  if (months === undefined || read('supportNoticeSeen') === step) return undefined
  // Not twice on one view.
  const { key } = headlineOf(live.status, live.notices)
  const isSaid = key === 'headline.supportEnded' || key === 'headline.supportEnding'
  if (currentView() === 'overview' && isSaid) return undefined
  const dismiss = () => {
    store('supportNoticeSeen', step)
    draw()
    document.getElementById('title')?.focus()
  }
  return el(
    months > 1 ? 'div.banner.calm' : 'div.banner',
    { id: 'support-notice', role: 'region', 'aria-label': say('support.label') },
    el('p', {}, say(SUPPORT_WORDS[months], { month: inMonth(supportEndsOn) })),
    el('button', { type: 'button', onclick: dismiss }, say('support.dismiss')),
  )
}

function headerParts() {
  const brand = el(
    'div.brand',
    {},
    el('img', { src: '/site/icon.svg', alt: '', width: 28, height: 28 }),
    el(
      'p',
      {},
      el('strong', {}, live?.status?.model ?? say('page.thisDevice')),
      ' ',
      el('span.quiet', {}, live?.status?.device ?? ''),
    ),
  )
  if (live?.status === undefined) return [brand, languages()]
  const here = currentView()
  const nav = el(
    'nav',
    { 'aria-label': say('nav.label') },
    el(
      'ul',
      {},
      ...Object.keys(VIEWS).map((name) =>
        el(
          'li',
          {},
          el(
            'a',
            { href: `#${name}`, ...(name === here ? { 'aria-current': 'page' } : {}) },
            say(`nav.${name}`),
          ),
        ),
      ),
    ),
  )
  const out = el(
    'button.plain',
    { type: 'button', id: 'leave', onclick: () => leave().finally(showDoor) },
    say('page.leave'),
  )
  return [brand, el('div.tools', {}, languages(), out), nav]
}

function languages() {
  const choose = async ({ target }) => {
    await switchLanguage(target.value)
    if (live === undefined) showDoor()
    else draw()
    document.getElementById('language')?.focus()
  }
  return el(
    'label.language',
    {},
    el('span.hidden', {}, say('page.language')),
    el(
      'select',
      { id: 'language', onchange: choose },
      ...Object.entries(LANGUAGES).map(([code, name]) =>
        el('option', { value: code, lang: code, selected: code === currentLanguage() }, name),
      ),
    ),
  )
}
