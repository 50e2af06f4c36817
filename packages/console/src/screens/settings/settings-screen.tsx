import { Screen } from '../../pieces/screen.tsx'
import { say } from '../../words/say.tsx'

export function SettingsScreen() {
  return <Screen title={say('screens.settings')} />
}
