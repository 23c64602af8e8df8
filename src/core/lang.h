/* The languages of the interface. Russian is what texts are written in; English is looked up by
 * it. */
#ifndef CORE_LANG_H
#define CORE_LANG_H

enum lang { LANG_RU, LANG_EN, LANG_N };

#endif
