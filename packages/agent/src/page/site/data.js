/** The owner's data: take it along, bring it back, erase it; and the two ways back to the beginning. */
import { call, download, upload } from './api.js'
import { ask, field } from './dialogs.js'
import { announce, el } from './elements.js'
import { say, sayError } from './words.js'

const PASSPHRASE_MIN_CHARACTERS = 12

export function data({ live }) {
  const { device } = live.status
  return [
    el('h1', { id: 'title', tabindex: '-1' }, say('nav.data')),
    card(
      'export',
      el('button', { type: 'button', onclick: () => exportAll(device) }, say('data.export.do')),
    ),
    card(
      'import',
      el('button', { type: 'button', onclick: () => importAll(live) }, say('data.import.do')),
    ),
    el(
      'section.card',
      { id: 'begin-again' },
      el('h2', {}, say('data.again')),
      ...[
        ['settings', '/1/reset', { level: 'settings' }],
        ['erase', '/1/erase', {}],
        ['factory', '/1/reset', { level: 'factory' }],
      ].map(([name, path, body]) =>
        el(
          'div.row',
          {},
          el('h3', {}, say(`data.${name}.title`)),
          el('p', {}, say(`data.${name}.more`)),
          el(
            'button.danger',
            { type: 'button', id: `do-${name}`, onclick: () => confirmed(name, path, body, live) },
            say(`data.${name}.do`),
          ),
        ),
      ),
    ),
  ]
}

function card(name, ...actions) {
  return el(
    'section.card',
    { id: `data-${name}` },
    el('h2', {}, say(`data.${name}.title`)),
    el('p', {}, say(`data.${name}.more`)),
    el('div.actions', {}, ...actions),
  )
}

function exportAll(device) {
  return ask({
    title: say('data.export.title'),
    body: [say('data.export.passphraseMore')],
    fields: [
      passphraseField('passphrase', say('data.passphrase'), say('data.passphraseHint')),
      passphraseField('again', say('data.passphraseAgain')),
    ],
    confirm: say('data.export.do'),
    act: async ({ passphrase, again }) => {
      if (passphrase.value !== again.value) throw { code: 'PASSPHRASES_DIFFER' }
      const body = { passphrase: passphrase.value }
      await download('POST', '/1/export', { body, fileName: `${device}.fleetward-export` })
      announce(say('data.export.done'))
    },
  })
}

function importAll(live) {
  return ask({
    title: say('data.import.title'),
    body: [say('data.import.replaces')],
    fields: [
      field({ id: 'archive', type: 'file', label: say('data.import.file'), required: true }),
      field({
        ...{ id: 'passphrase', type: 'password', label: say('data.passphrase'), required: true },
        autocomplete: 'off',
      }),
    ],
    confirm: say('data.import.do'),
    act: async ({ archive, passphrase }) => {
      const headers = { 'fleetward-passphrase': base64url(passphrase.value) }
      // Read as a whole first: a wrong passphrase or a damaged archive changes nothing.
      await upload('/1/import?dryRun=1', archive.files[0], headers)
      await upload('/1/import', archive.files[0], headers)
      announce(say('data.import.done'))
      await live.refresh()
    },
  })
}

/** What cannot be undone is typed: the id of the device, as it stands on it. */
function confirmed(name, path, body, live) {
  const { device } = live.status
  return ask({
    title: say(`data.${name}.title`),
    body: [say(`data.${name}.risk`)],
    fields: [
      field({
        id: 'confirm',
        label: say('data.typeDevice', { device }),
        ...{ required: true, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'off' },
      }),
    ],
    confirm: say(`data.${name}.do`),
    danger: true,
    act: async ({ confirm }) => {
      // The device compares too; asking it about a slip of the finger would be no help.
      if (confirm.value.trim() !== device) throw { code: 'CONFIRMATION_WRONG' }
      await call('POST', path, { ...body, confirm: confirm.value.trim() })
    },
  }).then(async (done) => {
    if (!done) return
    announce(say(`data.${name}.done`))
    try {
      await live.refresh()
    } catch (error) {
      announce(sayError(error), { problem: true })
    }
  })
}

function passphraseField(id, label, hint) {
  return field({
    ...{ id, label, type: 'password', required: true, autocomplete: 'new-password' },
    minlength: PASSPHRASE_MIN_CHARACTERS,
    ...(hint === undefined ? {} : { hint }),
  })
}

function base64url(text) {
  const bytes = new TextEncoder().encode(text)
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
