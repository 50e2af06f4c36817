/** Making a passkey. */
import { askServer, startPasskeyButton, tell } from './passkey.js'

startPasskeyButton(async (button) => {
  const name = document.getElementById('passkey-name').value
  const { attempt, options } = await askServer(button.dataset.options, {})
  const response = await globalThis.SimpleWebAuthnBrowser.startRegistration({
    optionsJSON: options,
  })
  await askServer(button.dataset.answer, { attempt, name, response })
  tell('')
  location.assign(button.dataset.next)
})
