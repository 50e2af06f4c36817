/** Questions that stop for an answer: native dialogs, which keep the focus and end with Escape. */
import { announce, el } from './elements.js'
import { say, sayError } from './words.js'

/**
 * `fields`: elements to fill in; `act(form)` does it, and its ApiError is said inside the dialog.
 * Resolves once the dialog is closed: true when it was done.
 */
export function ask({ title, body = [], fields = [], confirm, danger = false, act }) {
  const closed = Promise.withResolvers()
  let done = false
  const problem = el('p.problem', { role: 'alert' })
  const button = el(danger ? 'button.danger' : 'button.primary', { type: 'submit' }, confirm)
  const submit = async (event) => {
    event.preventDefault()
    button.disabled = true
    problem.textContent = ''
    try {
      await act(event.target.elements)
      done = true
      dialog.close()
    } catch (error) {
      problem.textContent = sayError(error)
      button.disabled = false
    }
  }
  const dialog = el(
    'dialog',
    { 'aria-labelledby': 'dialog-title', onclose: () => closed.resolve(done) },
    el(
      'form',
      { onsubmit: submit },
      el('h2', { id: 'dialog-title' }, title),
      ...body.map((sentence) => (typeof sentence === 'string' ? el('p', {}, sentence) : sentence)),
      ...fields,
      problem,
      el(
        'div.actions',
        {},
        button,
        el('button', { type: 'button', onclick: () => dialog.close() }, say('action.cancel')),
      ),
    ),
  )
  document.body.append(dialog)
  dialog.showModal()
  return closed.promise.finally(() => dialog.remove())
}

/** A field with its label and, where there is one, a hint that belongs to it. */
export function field({ id, label, hint, type = 'text', ...properties }) {
  return el(
    'div.field',
    {},
    el('label', { for: id }, label),
    el('input', {
      ...{ id, name: id, type },
      ...(hint === undefined ? {} : { 'aria-describedby': `${id}-hint` }),
      ...properties,
    }),
    hint === undefined ? undefined : el('p.hint', { id: `${id}-hint` }, hint),
  )
}

/** Does something that needs no question; says what came of it. */
export async function act(work, doneKey, values) {
  try {
    await work()
    if (doneKey !== undefined) announce(say(doneKey, values))
    return true
  } catch (error) {
    announce(sayError(error), { problem: true })
    return false
  }
}
