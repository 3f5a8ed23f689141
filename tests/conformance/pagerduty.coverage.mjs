// The routes of the PagerDuty mock. A real Alertmanager is its client in alertmanager.test.mjs; the official
// client of PagerDuty speaks https only, so the rest is sent as its documentation has it.
export const coverage = [
  { route: 'POST /v2/enqueue', call: 'Alertmanager: pagerduty_configs', test: 'an event of each kind' },
  { route: 'POST /v2/change/enqueue', call: 'fetch', test: 'a change' },
];
