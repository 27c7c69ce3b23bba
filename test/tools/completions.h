/*
 * completions: what shells complete, from the program's table of options: the parts of packaging/completions that
 * test/tools/docs renews.
 */
#ifndef TOOLS_COMPLETIONS_H
#define TOOLS_COMPLETIONS_H

void completions_print_bash_options(void);
void completions_print_bash_arguments(void);
void completions_print_zsh(void);
void completions_print_fish(void);

#endif
