/**
 * Takes the code of the link from behind the # into the field, and out of the address: it stays in no history and is
 * sent with the form alone.
 */
const code = decodeURIComponent(location.hash.slice(1))
if (/^fwi_[\w-]+$/.test(code)) {
  history.replaceState(null, '', location.pathname)
  document.getElementById('code').value = code
  document.querySelector('form.card button').focus()
}
