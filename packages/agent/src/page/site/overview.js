/** How the device is, what is offered to it, and the switch for automatic security updates. */
import { call } from './api.js'
import { act, ask, field } from './dialogs.js'
import { el, icon, linkOr } from './elements.js'
import { headlineOf, UNDER_WAY } from './headline.js'
import { atMost, atTime, duration, fromField, inMonth, onDay, size, toField } from './moments.js'
import { list, say } from './words.js'

export function overview({ live }) {
  const { status, notices } = live
  return [
    hero(live),
    UNDER_WAY.includes(status.state) && status.waitingFor === undefined
      ? progress(status)
      : undefined,
    ...notices.map((notice) => noticeCard(notice, live)),
    automatic(live),
    status.lastFailure === undefined ? undefined : failure(status.lastFailure),
  ]
}

function hero(live) {
  const { status, notices } = live
  const { tone, key, values = {} } = headlineOf(status, notices)
  const month = values.month === undefined ? '' : inMonth(values.month)
  const checked = status.lastServerContact ?? status.metadata?.checkedAt
  return el(
    `section.hero.${tone}`,
    { id: 'hero' },
    icon(tone),
    el(
      'div',
      {},
      el('h1', { id: 'title', tabindex: '-1' }, say(key, { ...values, month })),
      el('p', {}, say(`${key}.more`, { ...values, month })),
      el(
        'p.quiet',
        {},
        say('overview.version', { version: status.version }),
        ' ',
        checked === undefined
          ? say('overview.neverChecked')
          : say('overview.checked', { time: atTime(checked) }),
      ),
      el(
        'button',
        {
          type: 'button',
          id: 'check',
          onclick: () => act(() => call('POST', '/1/check', {}), 'overview.checking'),
        },
        say('overview.check'),
      ),
    ),
  )
}

function progress({ state, progress: percent }) {
  const label = say(`step.${state}`)
  return el(
    'section.card',
    { id: 'progress' },
    el('h2', { id: 'progress-label' }, label),
    el('progress', {
      'aria-labelledby': 'progress-label',
      max: 100,
      ...(state === 'downloading' && percent !== undefined ? { value: percent } : {}),
    }),
    el('p', {}, say('overview.keepPower')),
  )
}

function noticeCard(notice, live) {
  const { path, version, kind, what, severity, url, postponement } = notice
  const install = () =>
    act(() => call('POST', '/1/install', { path }), 'notice.installing').then(() => live.refresh())
  const isUnderWay = UNDER_WAY.includes(live.status.state) && live.status.waitingFor === undefined
  return el(
    'section.card.notice',
    {
      id: `notice-${path.replaceAll(/\W/g, '-')}`,
      'aria-label': say(`notice.title.${kind}`, { version }),
    },
    el(
      'div.heading',
      {},
      el('h2', {}, say(`notice.title.${kind}`, { version })),
      severity === 'none' || severity === undefined
        ? undefined
        : el(`span.badge.${severity}`, {}, say(`severity.${severity}`)),
    ),
    el('p', {}, what),
    why(notice),
    url === undefined ? undefined : el('p', {}, linkOr(url, say('notice.link'))),
    facts(notice),
    isUnderWay ? undefined : el('p.waiting', {}, waitingWords(notice)),
    isUnderWay
      ? undefined
      : el(
          'div.actions',
          {},
          el('button.primary', { type: 'button', onclick: install }, say('notice.install')),
          ...postponeButtons(notice, live),
        ),
    isUnderWay || postponement === undefined
      ? undefined
      : el('p.hint', {}, allowanceWords(postponement)),
  )
}

function why({ kind, why: { fixes = [], advisories = [] } = {} }) {
  if (fixes.length + advisories.length === 0) {
    return kind === 'functionality' ? undefined : el('p', {}, say('notice.closesUnnamed'))
  }
  const ids = list([...new Set([...fixes, ...advisories])])
  return el('p', {}, say('notice.closes', { count: fixes.length || 1, ids }))
}

function facts(notice) {
  const { lengthBytes, expectedSeconds, restarts, deadline } = notice
  const restart = restarts === false ? 'none' : restarts === true ? 'device' : restarts
  const rows = [
    [
      'notice.takes',
      say('notice.takesValue', { time: atMost(expectedSeconds), size: size(lengthBytes) }),
    ],
    ['notice.restarts', say(`notice.restarts.${restart}`)],
    deadline === undefined ? undefined : ['notice.deadline', atTime(deadline)],
  ].filter((row) => row !== undefined)
  return el(
    'dl',
    {},
    ...rows.map(([key, value]) => el('div', {}, el('dt', {}, say(key)), el('dd', {}, value))),
  )
}

/** Why it has not begun, in plain words. */
function waitingWords({ state, waitingFor, startsAt }) {
  if (waitingFor === undefined) return say(`step.${state}`)
  const key = `waiting.${waitingFor}`
  return startsAt === undefined ? say(key) : say(`${key}.at`, { time: atTime(startsAt) })
}

function allowanceWords({ remainingSeconds, latest, usedSeconds = 0 }) {
  if (!(remainingSeconds > 0)) return say('notice.allowanceNone')
  const key = usedSeconds > 60 ? 'notice.allowanceUsed' : 'notice.allowance'
  return say(key, {
    left: duration(remainingSeconds),
    until: atTime(latest),
    used: duration(usedSeconds),
  })
}

function postponeButtons({ path, postponement }, live) {
  if (postponement === undefined || !(postponement.remainingSeconds > 0)) return []
  const postpone = (order) => call('POST', '/1/postpone', { path, ...order })
  const quick = postponement.choices.map((seconds) =>
    el(
      'button',
      {
        type: 'button',
        onclick: () =>
          act(() => postpone({ seconds }), 'notice.postponed').then(() => live.refresh()),
      },
      say('notice.postponeFor', { time: duration(seconds) }),
    ),
  )
  const until = () =>
    ask({
      title: say('notice.postponeUntil'),
      body: [say('notice.postponeRisk')],
      fields: [
        field({
          ...{ id: 'until', type: 'datetime-local', required: true },
          label: say('notice.untilLabel'),
          hint: say('notice.untilHint', { until: atTime(postponement.latest) }),
          min: toField(live.status.now + 60),
          max: toField(postponement.latest),
        }),
      ],
      confirm: say('notice.postpone'),
      act: ({ until: { value } }) => postpone({ until: fromField(value) }),
    }).then(() => live.refresh())
  return [...quick, el('button', { type: 'button', onclick: until }, say('notice.postponeUntil'))]
}

/** CRA Annex I, Part I (2)(c): out in one step, with the risk beside it, and back in one. */
function automatic(live) {
  const { optedOut } = live.status.owner
  const change = (path, body, doneKey) =>
    act(() => call('POST', path, body), doneKey).then(() => live.refresh())
  if (optedOut !== undefined) {
    const { until } = optedOut
    const hasEnd = typeof until === 'number'
    return el(
      'section.card',
      { id: 'automatic' },
      el('h2', {}, say('automatic.off')),
      el(
        'p',
        {},
        hasEnd ? say('automatic.offUntil', { time: atTime(until) }) : say('automatic.offForever'),
      ),
      el('p.risk', {}, say('automatic.offRisk')),
      el(
        'button.primary',
        { type: 'button', id: 'opt-in', onclick: () => change('/1/opt-in', {}, 'automatic.isOn') },
        say('automatic.turnOn'),
      ),
    )
  }
  const outUntil = () =>
    ask({
      title: say('automatic.turnOffUntil'),
      body: [say('automatic.risk')],
      fields: [
        field({
          ...{ id: 'until', type: 'datetime-local', required: true },
          label: say('automatic.untilLabel'),
          min: toField(live.status.now + 60),
        }),
      ],
      confirm: say('automatic.turnOff'),
      act: ({ until: { value } }) => call('POST', '/1/opt-out', { until: fromField(value) }),
    }).then(() => live.refresh())
  const asks = live.status.owner.security === 'ask'
  return el(
    'section.card',
    { id: 'automatic' },
    el('h2', {}, say(asks ? 'automatic.asks' : 'automatic.on')),
    el('p', {}, say(asks ? 'automatic.asksMore' : 'automatic.onMore')),
    el('p.risk', { id: 'risk' }, say('automatic.risk')),
    el(
      'div.actions',
      {},
      el(
        'button',
        {
          type: 'button',
          ...{ id: 'opt-out', 'aria-describedby': 'risk' },
          onclick: () => change('/1/opt-out', {}, 'automatic.isOff'),
        },
        say('automatic.turnOff'),
      ),
      el(
        'button',
        { type: 'button', id: 'opt-out-until', 'aria-describedby': 'risk', onclick: outUntil },
        say('automatic.turnOffUntil'),
      ),
    ),
  )
}

function failure({ code, version, at }) {
  return el(
    'section.card',
    { id: 'failure' },
    el('h2', {}, say('failure.title', { version: version ?? '' })),
    el('p', {}, say('failure.more', { time: at === undefined ? '' : onDay(at), code })),
  )
}
