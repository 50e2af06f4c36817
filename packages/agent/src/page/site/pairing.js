/** The door: the pairing code of this device. */
import { pair } from './api.js'
import { el } from './elements.js'
import { say, sayError } from './words.js'

export function pairing({ onPaired }) {
  const problem = el('p.problem', { role: 'alert', id: 'pairing-problem' })
  const submit = async (event) => {
    event.preventDefault()
    const form = event.target
    const button = form.querySelector('button')
    button.disabled = true
    problem.textContent = ''
    try {
      await pair(form.elements.code.value)
      await onPaired()
    } catch (error) {
      problem.textContent = sayError(error)
      form.elements.code.focus()
      form.elements.code.select()
    } finally {
      button.disabled = false
    }
  }
  return el(
    'section.card.door',
    { id: 'door' },
    el('h1', { id: 'title', tabindex: '-1' }, say('pairing.title')),
    el('p', {}, say('pairing.more')),
    el(
      'form',
      { onsubmit: submit },
      el('label', { for: 'code' }, say('pairing.code')),
      el('input.code', {
        ...{ id: 'code', name: 'code', required: true, maxlength: 20, size: 16 },
        ...{ autocomplete: 'off', autocapitalize: 'characters', spellcheck: 'false' },
        ...{ 'aria-describedby': 'code-hint pairing-problem', placeholder: 'ACDE-FHJK-MNPQ' },
      }),
      el('p.hint', { id: 'code-hint' }, say('pairing.hint')),
      problem,
      el('button.primary', { type: 'submit' }, say('pairing.enter')),
    ),
    el(
      'details',
      {},
      el('summary', {}, say('pairing.where')),
      el('p', {}, say('pairing.whereMore')),
    ),
  )
}
