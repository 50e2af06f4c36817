/** What the owner can set beyond the switch on the first view. Every choice is saved at once. */
import { call } from './api.js'
import { act, field } from './dialogs.js'
import { el } from './elements.js'
import { weekday, windowWords } from './moments.js'
import { currentZone, say } from './words.js'

const WEEKDAYS = [1, 2, 3, 4, 5, 6, 7]
const WINDOW_PROPOSED = { weekdays: WEEKDAYS, from: '02:00', to: '05:00' }

export function settings({ live }) {
  const { owner } = live.status
  const save = (change) =>
    act(() => call('PUT', '/1/settings', change), 'settings.saved').then((done) =>
      live.refresh().then(() => done),
    )
  return [
    el('h1', { id: 'title', tabindex: '-1' }, say('nav.settings')),
    functionality(owner, save),
    maintenanceWindow(owner, live),
    el(
      'section.card',
      { id: 'more-settings' },
      el('h2', {}, say('settings.more')),
      toggle('notify', owner.notify, save),
      toggle('approvalAsLastStep', owner.approvalAsLastStep, save),
    ),
    el(
      'section.card',
      { id: 'access-settings' },
      el('h2', {}, say('settings.access')),
      toggle('remoteManagement', owner.remoteManagement, save),
      toggle('pageLocalNetwork', owner.page?.localNetwork, save),
    ),
  ]
}

function functionality(owner, save) {
  const choice = (value) =>
    el(
      'div.choice',
      {},
      el('input', {
        ...{ type: 'radio', name: 'functionality', id: `functionality-${value}`, value },
        checked: owner.functionality === value,
        onchange: () => save({ functionality: value }),
      }),
      el('label', { for: `functionality-${value}` }, say(`settings.functionality.${value}`)),
    )
  return el(
    'section.card',
    { id: 'functionality' },
    el(
      'fieldset',
      {},
      el('legend', {}, el('h2', {}, say('settings.functionality'))),
      el('p', {}, say('settings.functionality.more')),
      choice('ask'),
      choice('automatic'),
    ),
  )
}

function toggle(name, isOn, save) {
  const change = async ({ target }) => {
    const wanted = target.checked
    if (!(await save({ [name]: wanted }))) target.checked = !wanted
  }
  return el(
    'div.choice',
    {},
    el('input', {
      ...{ type: 'checkbox', role: 'switch', id: name, checked: isOn === true },
      ...{ 'aria-describedby': `${name}-more`, onchange: change },
    }),
    el('label', { for: name }, say(`settings.${name}`)),
    el('p.hint', { id: `${name}-more` }, say(`settings.${name}.more`)),
  )
}

function maintenanceWindow(owner, live) {
  const isSet = owner.window !== undefined && owner.window !== 'none' && owner.window !== null
  const shown = isSet ? owner.window : WINDOW_PROPOSED
  const timeZone = shown.timeZone ?? currentZone() ?? 'UTC'
  const save = async (event) => {
    event.preventDefault()
    const { elements } = event.target
    const weekdays = WEEKDAYS.filter((day) => elements[`day-${day}`].checked)
    const wanted = {
      ...{ weekdays, from: elements.from.value, to: elements.to.value },
      timeZone: elements.timeZone.value,
    }
    await act(() => call('PUT', '/1/window', wanted), 'window.saved')
    await live.refresh()
  }
  const remove = () =>
    act(() => call('DELETE', '/1/window'), 'window.removed').then(() => live.refresh())
  return el(
    'section.card',
    { id: 'window' },
    el('h2', {}, say('window.title')),
    el('p', { id: 'window-now' }, isSet ? windowWords(owner.window) : say('window.none')),
    el('p.hint', {}, say('window.more')),
    el(
      'form',
      { onsubmit: save },
      el(
        'fieldset.days',
        {},
        el('legend', {}, say('window.days')),
        ...WEEKDAYS.map((day) =>
          el(
            'label.day',
            {},
            el('input', {
              ...{ type: 'checkbox', name: `day-${day}`, 'aria-label': weekday(day) },
              checked: shown.weekdays.includes(day),
            }),
            el('span', { 'aria-hidden': 'true' }, weekday(day, 'short')),
          ),
        ),
      ),
      el(
        'div.fields',
        {},
        field({
          id: 'from',
          type: 'time',
          label: say('window.from'),
          value: shown.from,
          required: true,
        }),
        field({ id: 'to', type: 'time', label: say('window.to'), value: shown.to, required: true }),
        field({
          ...{ id: 'timeZone', label: say('window.timeZone'), value: timeZone, required: true },
          ...{ autocomplete: 'off', spellcheck: 'false' },
        }),
      ),
      el(
        'div.actions',
        {},
        el('button.primary', { type: 'submit' }, say('window.save')),
        isSet ? el('button', { type: 'button', onclick: remove }, say('window.remove')) : undefined,
      ),
    ),
  )
}
