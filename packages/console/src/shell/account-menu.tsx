/** Who one is, the pages of one's own account, and the language. */
import { isLive } from '../live/events.ts'
import { me } from '../live/me.ts'
import { languages, loadLanguage, spoken } from '../words/language.ts'
import { say } from '../words/say.tsx'

export function AccountMenu() {
  return (
    <details class="menu">
      <summary>
        <span class={isLive.value ? 'dot live' : 'dot'} aria-hidden="true" />
        <span class="unseen">{say(isLive.value ? 'console.live' : 'console.notLive')} </span>
        {me.value?.name ?? say('console.account')}
      </summary>
      <div class="menu-card">
        <a href="/account">{say('console.account')}</a>
        <a href="/account/sessions">{say('console.sessions')}</a>
        <a href="/api/1/docs">{say('console.api')}</a>
        <label>
          {say('console.language')}
          <select
            value={spoken.value.code}
            onChange={({ currentTarget }) => void loadLanguage(currentTarget.value)}
          >
            {languages.map((code) => (
              <option key={code} value={code} lang={code}>
                {new Intl.DisplayNames(code, { type: 'language' }).of(code)}
              </option>
            ))}
          </select>
        </label>
        <form method="post" action="/sign-out">
          <button type="submit">{say('console.signOut')}</button>
        </form>
      </div>
    </details>
  )
}
