/**
 * Personal data: a stage that finds and replaces addresses, telephone numbers, identity and bank
 * card numbers, one file a kind. Knows no other stage. Start reading at {@link
 * io.retromae.etl.pii.PersonalData}.
 */
package io.retromae.etl.pii;
