export const en = {
  'confirm.subject': 'Please confirm: news about {product} by mail',
  'confirm.text': `Somebody, most likely you, asked that this address is told about security updates of {product}{device}.

To confirm, open this address within 24 hours and press the button:
{link}

If it was not you, do nothing: the address is deleted after a day and no further mail comes.`,
  'of.device': ' (device {device})',
  'update.subject': 'Security update {version} for {product}',
  'update.text': `A security update for {product}{device} is available: version {version}.
{summary}
Most devices install it by themselves. Where an owner decides, {postpone}

What to do: keep the device connected and switched on, and let it install the update.`,
  'update.now': 'it cannot be postponed.',
  'update.upTo': 'it can be postponed by {time} in all.',
  'update.until': 'it can be postponed until {when}.',
  'support.subject': 'Security updates for {product} end {in}',
  'support.subjectOver': 'No more security updates for {product}',
  'support.text': `The manufacturer's support for {product} ends with {month}: {in}. Until then it gets security updates, after that no more.

What to do: plan to replace the device, or to use it without a network from then on.`,
  'support.textOver': `The manufacturer's support for {product} ended with {month}. It gets no more security updates; new weaknesses stay open.

What to do: replace the device or take it off the network. Updates published before can still be installed.`,
  'support.months': 'in {count} months',
  'support.month': 'in one month',
  'advisory.subject': 'Security advisory for {product}: {title}',
  'advisory.text': `There is a new security advisory for {product}: {title} ({advisory}).

What is affected and what to do:
{url}`,
  'advisory.textUpdated': `The security advisory {advisory} for {product} was changed: {title}.

What is affected and what to do:
{url}`,
  'notice.subject': 'Important for your security: {product}',
  'notice.versions': 'This concerns {product} with version {list}.\n\n',
  end: `--
You get this mail because this address subscribed to news about {product}.
No more of them: {link}`,
  'time.days': '{count} days',
  'time.day': 'one day',
  'time.hours': '{count} hours',
}

export type MailCatalogue = Readonly<Record<keyof typeof en, string>>
