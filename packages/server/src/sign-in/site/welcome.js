/**
 * Takes the code of the link from behind the # into the field, and out of the address: it stays in no history and is
 * sent with the form alone.
 */
function takeCode() {
  const code = location.hash.slice(1)
  if (!/^fwi_[\w-]+$/.test(code)) return
  history.replaceState(null, '', location.pathname)
  document.getElementById('code').value = code
  document.querySelector('form.card button').focus()
}

takeCode()
// A link that is pasted where the page is open already loads nothing.
addEventListener('hashchange', takeCode)
