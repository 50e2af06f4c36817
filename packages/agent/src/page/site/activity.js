/** What happened on this device, newest first, and what of it is written down. */
import { call, download } from './api.js'
import { act, ask } from './dialogs.js'
import { announce, el } from './elements.js'
import { atTime } from './moments.js'
import { has, say, sayError } from './words.js'

const CLASSES = ['security', 'access', 'configuration', 'data', 'update', 'diagnostic']
const PAGE_SIZE = 50

/** Loaded when the view is opened and on demand: `after` counts from the oldest. */
export class ActivityPages {
  entries = []
  first = 1
  head = 0

  async load() {
    const { head } = await call('GET', '/1/log?after=0&limit=1')
    this.head = head.seq
    this.first = Math.max(0, this.head - PAGE_SIZE)
    this.entries = await this.#read(this.first, PAGE_SIZE)
  }

  async older() {
    const until = this.first
    this.first = Math.max(0, until - PAGE_SIZE)
    this.entries = [...(await this.#read(this.first, until - this.first)), ...this.entries]
  }

  get hasOlder() {
    return this.entries[0] !== undefined && this.entries[0].seq > 1 && this.first > 0
  }

  async #read(after, limit) {
    const { entries } = await call('GET', `/1/log?after=${after}&limit=${limit}`)
    return entries.filter(({ seq }) => seq <= after + limit)
  }
}

export function activity({ live, pages, redraw }) {
  const load = (work) => work.then(redraw, (error) => announce(sayError(error), { problem: true }))
  return [
    el('h1', { id: 'title', tabindex: '-1' }, say('nav.activity')),
    el(
      'section.card',
      { id: 'entries' },
      el('p', {}, say('activity.more')),
      el(
        'div.actions',
        {},
        el('button', { type: 'button', onclick: () => load(pages.load()) }, say('activity.reload')),
        exportButton('jsonl'),
        exportButton('rfc5424'),
      ),
      pages.entries.length === 0
        ? el('p.quiet', {}, say('activity.none'))
        : el('ol.entries', { reversed: true }, ...pages.entries.toReversed().map(row)),
      pages.hasOlder
        ? el(
            'button',
            { type: 'button', onclick: () => load(pages.older()) },
            say('activity.older'),
          )
        : undefined,
    ),
    classes(live, () => load(pages.load())),
  ]
}

function row({ seq, time, class: entryClass, event, by, facts }) {
  const key = `event.${event}`
  const extra = Object.entries(facts ?? {})
  return el(
    'li',
    { value: seq },
    el('time', { datetime: time }, atTime(Date.parse(time) / 1000)),
    el('p', {}, has(key) ? say(key) : event),
    el(
      'p.quiet',
      {},
      say('activity.by', { class: say(`class.${entryClass}`), way: say(`way.${by}`) }),
    ),
    extra.length === 0
      ? undefined
      : el(
          'details',
          {},
          el('summary', {}, say('activity.details')),
          el(
            'dl',
            {},
            ...extra.map(([name, value]) =>
              el('div', {}, el('dt', {}, name), el('dd', {}, String(value))),
            ),
          ),
        ),
  )
}

function exportButton(format) {
  const save = () =>
    act(() =>
      download('GET', `/1/log/export?format=${format}`, {
        fileName: `activity.${format === 'jsonl' ? 'jsonl' : 'log'}`,
      }),
    )
  return el('button', { type: 'button', onclick: save }, say(`activity.export.${format}`))
}

/** CRA Annex I, Part I (2)(l): each class can be off; what that costs is said before. */
function classes(live, reload) {
  const off = live.status.owner.logClassesOff ?? []
  const change = async (wanted, doneKey) => {
    await act(() => call('PUT', '/1/settings', { logClassesOff: wanted }), doneKey)
    await live.refresh()
    reload()
  }
  const flip = async (name, input) => {
    if (input.checked)
      return change(
        off.filter((each) => each !== name),
        'activity.on',
      )
    input.checked = true
    await ask({
      title: say('activity.turnOff', { class: say(`class.${name}`) }),
      body: [say(`class.${name}.off`), say('activity.updatesStillWork')],
      confirm: say('activity.turnOffConfirm'),
      act: () => call('PUT', '/1/settings', { logClassesOff: [...off, name] }),
    })
    await live.refresh()
    reload()
  }
  const all = () =>
    ask({
      title: say('activity.turnAllOff'),
      body: [say('activity.allOff'), say('activity.updatesStillWork')],
      confirm: say('activity.turnOffConfirm'),
      act: () => call('PUT', '/1/settings', { logClassesOff: CLASSES }),
    }).then(() => live.refresh().then(reload))
  return el(
    'section.card',
    { id: 'classes' },
    el('h2', {}, say('activity.classes')),
    el('p', {}, say('activity.classesMore')),
    ...CLASSES.map((name) =>
      el(
        'div.choice',
        {},
        el('input', {
          ...{
            type: 'checkbox',
            role: 'switch',
            id: `class-${name}`,
            checked: !off.includes(name),
          },
          ...{
            'aria-describedby': `class-${name}-more`,
            onchange: ({ target }) => flip(name, target),
          },
        }),
        el('label', { for: `class-${name}` }, say(`class.${name}`)),
        el('p.hint', { id: `class-${name}-more` }, say(`class.${name}.more`)),
      ),
    ),
    el(
      'div.actions',
      {},
      off.length < CLASSES.length
        ? el('button', { type: 'button', onclick: all }, say('activity.turnAllOff'))
        : undefined,
      off.length > 0
        ? el(
            'button',
            { type: 'button', onclick: () => change([], 'activity.on') },
            say('activity.turnAllOn'),
          )
        : undefined,
    ),
  )
}
